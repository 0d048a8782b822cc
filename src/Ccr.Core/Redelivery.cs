using Ccr.Core.Events;

namespace Ccr.Core;

/// <summary>What a scheduled copy of a message says about itself in application properties.</summary>
/// <remarks>A copy needs a message id of its own, or the broker's duplicate detection drops it.</remarks>
internal static class Redelivery
{
    /// <summary>The id of the message that was copied, which may be the event's only id.</summary>
    private const string OriginalMessageId = "ccr-message-id";

    /// <summary>When the broker first accepted it, which may be the event's only time.</summary>
    private const string OriginalEnqueuedTime = "ccr-enqueued-time";

    /// <summary>The properties that a copy of a message is to carry.</summary>
    public static Dictionary<string, object> PropertiesOf(IncomingEvent incoming) =>
        new(incoming.Properties, StringComparer.Ordinal)
        {
            [OriginalMessageId] = incoming.MessageId,
            [OriginalEnqueuedTime] = incoming.EnqueuedTime.UtcDateTime,
        };

    /// <summary>The event as it first came, if this is a copy of its message.</summary>
    public static IncomingEvent Restore(IncomingEvent incoming) => incoming with
    {
        MessageId = incoming.Properties.GetValueOrDefault(OriginalMessageId) as string ?? incoming.MessageId,
        EnqueuedTime = incoming.Properties.GetValueOrDefault(OriginalEnqueuedTime) is DateTime time
            ? new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc))
            : incoming.EnqueuedTime,
    };
}
