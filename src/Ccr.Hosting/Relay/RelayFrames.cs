namespace Ccr.Hosting.Relay;

/// <summary>A command of the relay to a listener.</summary>
internal abstract record RelayCommand
{
    /// <summary>A sender wants a WebSocket.</summary>
    public sealed record Accept(Uri Address) : RelayCommand;

    /// <summary>A request waits at this address.</summary>
    public sealed record Rendezvous(Uri Address) : RelayCommand;

    /// <summary>A request; its body, if it has one, comes next.</summary>
    public sealed record Request(
        string Id, Uri? Address, string Method, string Target, IReadOnlyDictionary<string, string> Headers, bool HasBody) : RelayCommand;
}

/// <summary>Reads and writes the text frames of the hybrid connections protocol. What cannot be read is null, never an exception.</summary>
internal static class RelayFrames
{
    /// <summary>The longest command: 32 KB of headers, and their escapes.</summary>
    public const int MaxCommandBytes = 256 * 1024;

    /// <summary>From this size on an answer takes a rendezvous.</summary>
    public const int RendezvousBytes = 64 * 1024;

    private const int MaxIdLength = 256;

    /// <summary>Headers of a connection, not of a message: the protocol does not allow them in an answer.</summary>
    private static readonly HashSet<string> HeadersOfConnections = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Content-Length", "Host", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Close",
    };

    public static RelayCommand? Read(ReadOnlyMemory<byte> frame)
    {
        try
        {
            using var document = JsonDocument.Parse(frame);
            return Find(document.RootElement, "accept", JsonValueKind.Object) is { } accept ? AddressOf(accept) is { } way ? new RelayCommand.Accept(way) : null
                : Find(document.RootElement, "request", JsonValueKind.Object) is { } request ? ReadRequest(request)
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or a text that is not Unicode.
            return null;
        }
    }

    public static byte[] WriteAnswer(string id, RelayedAnswer answer) => Write("response", json =>
    {
        json.WriteString("requestId", id);
        json.WriteNumber("statusCode", answer.Status);
        json.WriteStartObject("responseHeaders");
        foreach (var (name, value) in answer.Headers.Where(header => !HeadersOfConnections.Contains(header.Key)))
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteBoolean("body", !answer.Body.IsEmpty);
    });

    public static byte[] WriteRenewal(string token) => Write("renewToken", json => json.WriteString("token", token));

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

    private static RelayCommand? ReadRequest(JsonElement request)
    {
        var address = AddressOf(request);
        if (Text(request, "method") is not { Length: > 0 } method) return address is null ? null : new RelayCommand.Rendezvous(address);
        if (Text(request, "id") is not { Length: > 0 and <= MaxIdLength } id || Text(request, "requestTarget") is not { } target) return null;

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (Find(request, "requestHeaders", JsonValueKind.Object) is { } given)
        {
            foreach (var header in given.EnumerateObject().Where(header => header.Value.ValueKind == JsonValueKind.String))
                headers[header.Name] = header.Value.GetString()!;
        }

        return new RelayCommand.Request(id, address, method, target, headers, Find(request, "body", JsonValueKind.True) is not null);
    }

    private static Uri? AddressOf(JsonElement command) => Uri.TryCreate(Text(command, "address"), UriKind.Absolute, out var address) ? address : null;

    private static string? Text(JsonElement parent, string name) => Find(parent, name, JsonValueKind.String)?.GetString();

    private static JsonElement? Find(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) && child.ValueKind == kind ? child : null;
}
