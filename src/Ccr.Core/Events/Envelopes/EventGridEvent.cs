using System.Text.Json;

namespace Ccr.Core.Events.Envelopes;

/// <summary>The envelope of Azure Event Grid's own schema (MicrosoftDocs/azure-docs, articles/event-grid/event-schema.md).</summary>
internal static class EventGridEvent
{
    public static bool Is(JsonElement root) =>
        JsonFields.Find(root, "eventType") is not null && JsonFields.Find(root, "eventTime") is not null && JsonFields.Find(root, "subject") is not null;

    public static Payload Open(Payload outer)
    {
        var root = outer.Root;
        var topic = JsonFields.FindText(root, "topic");
        var envelope = new Envelope(
            "Event Grid",
            EventIdentity.Shorten($"{topic} {JsonFields.RequireText(root, "id")}".TrimStart()),
            JsonFields.FindTime(root, "eventTime") ?? outer.Envelope.Time,
            JsonFields.RequireText(root, "eventType"),
            topic,
            JsonFields.FindText(root, "subject"));
        return new Payload(JsonFields.Find(root, "data") ?? default, envelope, outer.Message);
    }
}
