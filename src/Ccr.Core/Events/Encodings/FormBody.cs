using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Ccr.Core.Events.Encodings;

/// <summary>Reads a form (application/x-www-form-urlencoded), as PRTG and many simple webhooks send it: every field becomes a member with a text.</summary>
internal static class FormBody
{
    /// <summary>No notification has so many fields.</summary>
    private const int MaxFields = 200;

    private const int MaxNameLength = 100;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.[]%+");

    private static readonly SearchValues<char> ValueCharacters = SearchValues.Create([.. Enumerable.Range(0x20, 0x5F).Select(c => (char)c)]);

    /// <summary>The same as JSON, or null when the text is no form.</summary>
    public static byte[]? ToJson(ReadOnlySpan<byte> text)
    {
        if (text.IndexOf((byte)'=') < 1 || text.ContainsAnyExceptInRange((byte)0x0A, (byte)0x7E)) return null;

        var fields = Encoding.ASCII.GetString(text).Trim().Split('&', MaxFields + 1);
        if (fields.Length > MaxFields || !fields.All(IsField)) return null;

        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            foreach (var field in fields)
            {
                var equals = field.IndexOf('=');
                writer.WriteString(WebUtility.UrlDecode(field[..equals]), WebUtility.UrlDecode(field[(equals + 1)..]));
            }

            writer.WriteEndObject();
        }

        return json.ToArray();
    }

    private static bool IsField(string field) =>
        field.IndexOf('=') is > 0 and <= MaxNameLength and var equals
        && !field.AsSpan(0, equals).ContainsAnyExcept(NameCharacters) && !field.AsSpan(equals + 1).ContainsAnyExcept(ValueCharacters);
}
