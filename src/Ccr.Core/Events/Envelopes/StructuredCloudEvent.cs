using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Envelopes;

/// <summary>CloudEvents 1.0 as one JSON object (cloudevents/spec, cloudevents/formats/json-format.md).</summary>
internal static class StructuredCloudEvent
{
    public const string SpecVersion = "1.0";

    private static readonly MemberName Version = "specversion";
    private static readonly MemberName Source = "source";
    private static readonly MemberName Id = "id";
    private static readonly MemberName Time = "time";
    private static readonly MemberName Type = "type";
    private static readonly MemberName Subject = "subject";
    private static readonly MemberName Data = "data";
    private static readonly MemberName DataBase64 = "data_base64";

    public static bool Is(EventValue root) => root.Find(Version).IsPresent;

    public static Payload Open(Payload outer)
    {
        var root = outer.Root;
        if (JsonFields.RequireText(root, Version) != SpecVersion)
            throw new EventFaultException(EventReasons.WrongSchema, "the member 'specversion' must be \"1.0\"");

        var source = JsonFields.RequireText(root, Source);
        var envelope = new Envelope(
            "CloudEvents",
            IdOf(source, JsonFields.RequireText(root, Id)),
            JsonFields.FindTime(root, Time) ?? outer.Envelope.Time,
            JsonFields.RequireText(root, Type),
            source,
            JsonFields.FindText(root, Subject));
        return new Payload(FindData(root), envelope, outer.Message);
    }

    /// <summary>Two events with the same source and id are the same event (cloudevents/spec, spec.md).</summary>
    public static string IdOf(string source, string id) => EventIdentity.Shorten($"{source} {id}");

    private static EventValue FindData(EventValue root)
    {
        var data = root.Find(Data);
        if (JsonFields.FindText(root, DataBase64) is not { } encoded) return data;
        if (data.IsPresent)
            throw new EventFaultException(EventReasons.WrongSchema, "the members 'data' and 'data_base64' exclude each other");

        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            throw new EventFaultException(EventReasons.WrongSchema, "the member 'data_base64' is not Base64");

        // Nobody knows here how long it is read, so the collector takes it back.
        return EventBody.Parse(bytes.AsMemory(0, length), bytes.Length).Root;
    }
}
