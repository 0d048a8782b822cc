using System.Globalization;
using System.Text.Json;

namespace Ccr.Core.Sites.AdminService;

/// <summary>The rows of an answer of AdminService. Nothing is believed about their form: what is missing or of another kind is not there.</summary>
internal static class AnswerRows
{
    /// <summary>What lies before it is one of the ways in which live sites write "never" (observed).</summary>
    private static readonly DateTimeOffset FirstTime = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Reads every row; null when the answer is no list of rows, or one of them cannot be read.</summary>
    public static IReadOnlyList<T>? Read<T>(ReadOnlySpan<byte> body, Func<JsonElement, T?> readRow)
        where T : class
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var answer = JsonDocument.ParseValue(ref reader);
            if (answer.RootElement.ValueKind != JsonValueKind.Object || !answer.RootElement.TryGetProperty("value", out var rows)
                || rows.ValueKind != JsonValueKind.Array)
            {
                return null;
            }

            var read = rows.EnumerateArray().Select(row => row.ValueKind == JsonValueKind.Object ? readRow(row) : null).ToList();
            return read.Contains(null) ? null : read.OfType<T>().ToList();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A property. The documentation writes ResourceId, and answers have been seen with ResourceID.</summary>
    public static JsonElement? Find(this JsonElement row, string property)
    {
        foreach (var each in row.EnumerateObject())
        {
            if (each.Name.Equals(property, StringComparison.OrdinalIgnoreCase)) return each.Value;
        }

        return null;
    }

    public static string? FindText(this JsonElement row, string property) =>
        row.Find(property) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static long? FindNumber(this JsonElement row, string property) =>
        row.Find(property) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;

    /// <summary>A flag: some classes write numbers, others true and false.</summary>
    public static bool? FindFlag(this JsonElement row, string property) => row.Find(property) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.Number } number => number.TryGetInt64(out var value) ? value != 0 : null,
        _ => null,
    };

    public static DateTimeOffset? FindTime(this JsonElement row, string property) => row.Find(property) is { } value ? ReadTime(value) : null;

    public static DateTimeOffset? ReadTime(JsonElement value) =>
        value.ValueKind == JsonValueKind.String
        && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time >= FirstTime
            ? time
            : null;
}
