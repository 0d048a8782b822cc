using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ccr.EmbeddedRelay;

/// <summary>What a listener sent: an answer (and then its body) or a new token.</summary>
internal abstract record ListenerCommand
{
    public sealed record Answer(string RequestId, int Status, string? Description, IReadOnlyList<KeyValuePair<string, string>> Headers, bool HasBody)
        : ListenerCommand;

    public sealed record Renewal(string Token) : ListenerCommand;
}

/// <summary>Writes the commands to a listener and reads those of a listener. What cannot be read is null.</summary>
internal static class Frames
{
    /// <summary>Headers of a connection, not of a message: they are handed on in neither direction.</summary>
    public static readonly IReadOnlySet<string> HeadersOfConnections = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Host", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Close", "Via",
    };

    public static byte[] WriteRequest(string address, string id, string method, string target, IHeaderDictionary headers, string via, bool hasBody) =>
        Write("request", json =>
        {
            json.WriteString("address", address);
            json.WriteString("id", id);
            json.WriteString("requestTarget", target);
            json.WriteString("method", method);
            json.WriteStartObject("requestHeaders");
            foreach (var (name, value) in headers.Where(header => !HeadersOfConnections.Contains(header.Key)))
                json.WriteString(name, value.ToString());
            json.WriteString("Via", via);
            json.WriteEndObject();
            json.WriteBoolean("body", hasBody);
        });

    /// <summary>Tells a listener that a request waits at an address, and nothing else about it.</summary>
    public static byte[] WriteRendezvous(string address) => Write("request", json => json.WriteString("address", address));

    public static ListenerCommand? Read(byte[] frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            return Find(document.RootElement, "response", JsonValueKind.Object) is { } answer ? ReadAnswer(answer)
                : Find(document.RootElement, "renewToken", JsonValueKind.Object) is { } renewal && Text(renewal, "token") is { } token
                    ? new ListenerCommand.Renewal(token)
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a text that is not Unicode.
            return null;
        }
    }

    private static byte[] Write(string command, Action<Utf8JsonWriter> writeFields)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteStartObject(command);
            writeFields(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return text.ToArray();
    }

    private static ListenerCommand.Answer? ReadAnswer(JsonElement answer)
    {
        // The documentation's example has the status in quotation marks; its text says that it is a number.
        var status = Find(answer, "statusCode", JsonValueKind.Number) is { } number && number.TryGetInt32(out var code) ? code
            : int.TryParse(Text(answer, "statusCode"), NumberStyles.None, CultureInfo.InvariantCulture, out code) ? code
            : 0;
        if (Text(answer, "requestId") is not { } id) return null;
        var headers = Find(answer, "responseHeaders", JsonValueKind.Object) is not { } given ? []
            : given.EnumerateObject().Where(header => header.Value.ValueKind == JsonValueKind.String)
                .Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!)).ToList();
        return new ListenerCommand.Answer(id, status, Text(answer, "statusDescription"), headers, Find(answer, "body", JsonValueKind.True) is not null);
    }

    private static string? Text(JsonElement parent, string name) => Find(parent, name, JsonValueKind.String)?.GetString();

    private static JsonElement? Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) && child.ValueKind == kind ? child : null;
}
