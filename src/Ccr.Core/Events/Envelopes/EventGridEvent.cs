using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Envelopes;

/// <summary>The envelope of Azure Event Grid's own schema (MicrosoftDocs/azure-docs, articles/event-grid/event-schema.md).</summary>
internal static class EventGridEvent
{
    private static readonly MemberName Type = "eventType";
    private static readonly MemberName Time = "eventTime";
    private static readonly MemberName Subject = "subject";

    public static bool Is(EventValue root) =>
        root.Find(Type).IsPresent && root.Find(Time).IsPresent && root.Find(Subject).IsPresent;

    public static Payload Open(Payload outer)
    {
        var root = outer.Root;
        var topic = JsonFields.FindText(root, "topic");
        var envelope = new Envelope(
            "Event Grid",
            EventIdentity.Shorten($"{topic} {JsonFields.RequireText(root, "id")}".TrimStart()),
            JsonFields.FindTime(root, Time) ?? outer.Envelope.Time,
            JsonFields.RequireText(root, Type),
            topic,
            JsonFields.FindText(root, Subject));
        return new Payload(root.Find("data"), envelope, outer.Message);
    }
}
