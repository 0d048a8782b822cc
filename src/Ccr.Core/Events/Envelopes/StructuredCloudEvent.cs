using System.Text.Json;

namespace Ccr.Core.Events.Envelopes;

/// <summary>CloudEvents 1.0 as one JSON object (cloudevents/spec, cloudevents/formats/json-format.md).</summary>
internal static class StructuredCloudEvent
{
    public const string SpecVersion = "1.0";

    public static bool Is(JsonElement root) => JsonFields.Find(root, "specversion") is not null;

    public static Payload Open(Payload outer)
    {
        var root = outer.Root;
        if (JsonFields.FindScalar(root, "specversion") is not SpecVersion)
            throw new EventFaultException(EventReasons.WrongSchema, "the member 'specversion' must be \"1.0\"");

        var source = JsonFields.RequireText(root, "source");
        var envelope = new Envelope(
            "CloudEvents",
            IdOf(source, JsonFields.RequireText(root, "id")),
            JsonFields.FindTime(root, "time") ?? outer.Envelope.Time,
            JsonFields.RequireText(root, "type"),
            source,
            JsonFields.FindText(root, "subject"));
        return new Payload(FindData(root), envelope, outer.Message);
    }

    /// <summary>Two events with the same source and id are the same event (cloudevents/spec, spec.md).</summary>
    public static string IdOf(string source, string id) => EventIdentity.Shorten($"{source} {id}");

    private static JsonElement FindData(JsonElement root)
    {
        var data = JsonFields.Find(root, "data");
        if (JsonFields.FindText(root, "data_base64") is not { } encoded) return data ?? default;
        if (data is not null)
            throw new EventFaultException(EventReasons.WrongSchema, "the members 'data' and 'data_base64' exclude each other");

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            throw new EventFaultException(EventReasons.WrongSchema, "the member 'data_base64' is not Base64");
        using var document = EventBody.Parse(bytes.AsMemory(0, length), bytes.Length);
        return document.RootElement.Clone();
    }
}
