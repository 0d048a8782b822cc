namespace Ccr.EmbeddedServiceBus.Messages;

/// <summary>Writes what Service Bus adds to what it delivers: the header, the message annotations, and the end of its life.</summary>
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

    /// <summary>Encodes a message as a receiver gets it, who may hold a lock on it, or may have asked for no body.</summary>
    public static ByteBuffer Encode(StoredMessage message, bool locked, bool omitBody = false)
    {
        var content = omitBody ? message.Content.WithoutBody() : message.Content;
        var annotations = content.Annotations is null ? new MessageAnnotations() : MessageContent.Decode(content.Annotations).MessageAnnotations;
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

        var header = new Header { Durable = content.Durable, Priority = content.Priority, DeliveryCount = (uint)message.DeliveryCount };
        // What counts is shown, not what the sender asked for. Where nothing expires, as in a dead-letter queue, it is the sender's.
        var life = message.ExpiresAt == DateTime.MaxValue ? content.TimeToLive : message.ExpiresAt - message.LivesFrom;
        if (life is { } timeToLive)
            header.Ttl = (uint)Math.Min(timeToLive.TotalMilliseconds, uint.MaxValue);
        var bare = message.ExpiresAt == DateTime.MaxValue ? content.Bare : content.BareLiving(message.LivesFrom, message.ExpiresAt);

        var buffer = new ByteBuffer(bare.Length + HeadSize, autoGrow: true);
        header.Encode(buffer);
        annotations.Encode(buffer);
        AmqpBitConverter.WriteBytes(buffer, bare, 0, bare.Length);
        return buffer;
    }
}
