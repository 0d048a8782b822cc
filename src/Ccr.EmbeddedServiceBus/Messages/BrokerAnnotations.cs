using Amqp;
using Amqp.Framing;
using Amqp.Types;
using Ccr.EmbeddedServiceBus.Entities;

namespace Ccr.EmbeddedServiceBus.Messages;

/// <summary>Writes the header and the message annotations that Service Bus adds to what it delivers.</summary>
internal static class BrokerAnnotations
{
    private const int HeadSize = 256;
    private static readonly Symbol SequenceNumber = "x-opt-sequence-number";
    private static readonly Symbol EnqueuedTime = "x-opt-enqueued-time";
    private static readonly Symbol LockedUntil = "x-opt-locked-until";
    private static readonly Symbol EnqueueSequenceNumber = "x-opt-enqueue-sequence-number";
    private static readonly Symbol State = "x-opt-message-state";
    private static readonly Symbol ScheduledEnqueueTime = "x-opt-scheduled-enqueue-time";
    private static readonly Symbol DeadLetterSource = "x-opt-deadletter-source";

    private static readonly HashSet<string> Own = new(StringComparer.Ordinal)
    {
        SequenceNumber, EnqueuedTime, LockedUntil, EnqueueSequenceNumber, State, DeadLetterSource, "x-opt-partition-id",
    };

    /// <summary>Says whether only the broker writes this annotation; a sender's value is dropped.</summary>
    public static bool IsOwn(Symbol name) => Own.Contains(name);

    /// <summary>Encodes a message as a receiver gets it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="locked">Whether the receiver holds a lock on it.</param>
    /// <param name="omitBody">Whether the body is left out.</param>
    public static ByteBuffer Encode(Delivery message, bool locked, bool omitBody = false)
    {
        var content = omitBody ? message.Content.WithoutBody() : message.Content;
        var annotations = content.Annotations is null
            ? new MessageAnnotations()
            : MessageContent.Decode(content.Annotations).MessageAnnotations;
        var map = annotations.Map;
        map[SequenceNumber] = message.SequenceNumber;
        map[EnqueueSequenceNumber] = message.EnqueuedSequenceNumber;
        map[EnqueuedTime] = message.EnqueuedAt;
        map[State] = (int)message.State;
        if (locked)
            map[LockedUntil] = message.LockedUntil;
        if (message.ScheduledFor is { } scheduledFor)
            map[ScheduledEnqueueTime] = scheduledFor;
        if (message.DeadLetterSource is { } source)
            map[DeadLetterSource] = source;

        var header = new Header
        {
            Durable = content.Durable,
            Priority = content.Priority,
            DeliveryCount = (uint)message.DeliveryCount,
        };
        if (content.TimeToLive is { } timeToLive)
            header.Ttl = (uint)timeToLive.TotalMilliseconds;

        var buffer = new ByteBuffer(content.Bare.Length + HeadSize, autoGrow: true);
        header.Encode(buffer);
        annotations.Encode(buffer);
        AmqpBitConverter.WriteBytes(buffer, content.Bare, 0, content.Bare.Length);
        return buffer;
    }
}
