using Ccr.Core.Events.Json;

namespace Ccr.Core.Events.Envelopes;

/// <summary>
/// CloudEvents 1.0 in the binary mode of AMQP: the body is the payload, the attributes are application properties (cloudevents/spec,
/// cloudevents/bindings/amqp-protocol-binding.md).
/// </summary>
internal static class BinaryCloudEvent
{
    /// <summary>The specification prefers the underscore, as JMS knows no colon, and requires that both are read.</summary>
    private static readonly string[] Prefixes = ["cloudEvents_", "cloudEvents:"];

    /// <summary>The prefix in use, or null when the message is not in binary mode.</summary>
    public static string? FindPrefix(IncomingEvent message)
    {
        // The content type decides: an intermediary may have copied the attributes of a structured event.
        if (message.Properties.Count == 0 || message.ContentType is { } type && type.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase))
            return null;
        return Array.Find(Prefixes, prefix => message.Properties.ContainsKey($"{prefix}specversion"));
    }

    public static Payload Open(EventValue body, IncomingEvent message, string prefix)
    {
        if (Require(message, prefix, "specversion") is not StructuredCloudEvent.SpecVersion)
            throw new EventFaultException(EventReasons.WrongSchema, $"the application property '{prefix}specversion' must be \"1.0\"");

        var source = Require(message, prefix, "source");
        var envelope = new Envelope(
            "CloudEvents in binary mode",
            StructuredCloudEvent.IdOf(source, Require(message, prefix, "id")),
            FindTime(message, prefix) ?? message.EnqueuedTime,
            Require(message, prefix, "type"),
            source,
            message.Properties.GetValueOrDefault($"{prefix}subject") as string);
        return new Payload(body, envelope, message);
    }

    private static string Require(IncomingEvent message, string prefix, string attribute) =>
        message.Properties.GetValueOrDefault($"{prefix}{attribute}") switch
        {
            string { Length: > 0 } text => text,
            Uri uri => uri.OriginalString,
            _ => throw new EventFaultException(
                EventReasons.WrongSchema, $"the application property '{prefix}{attribute}' is missing or empty; it must be a text"),
        };

    private static DateTimeOffset? FindTime(IncomingEvent message, string prefix)
    {
        var name = $"{prefix}time";
        return message.Properties.GetValueOrDefault(name) switch
        {
            null => null,
            DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
            DateTimeOffset time => time.ToUniversalTime(),
            string text when EventTime.TryParse(text, out var time) => time,
            _ => throw new EventFaultException(
                EventReasons.WrongSchema, $"the application property '{name}' must be a time with its offset, for example 2026-01-31T23:59:58Z"),
        };
    }
}
