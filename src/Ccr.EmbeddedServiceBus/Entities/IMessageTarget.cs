namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>A place that messages are sent, forwarded or dead-lettered to: a queue or a topic.</summary>
internal interface IMessageTarget
{
    /// <summary>Gets whether the entity, or one behind it, is at its limit.</summary>
    bool IsFull { get; }

    /// <summary>Says whether the entity, or all entities behind it, have room for so many bytes more.</summary>
    bool HasRoomFor(int messages, int bytes);

    /// <summary>Takes a message, unless it repeats one that duplicate detection remembers.</summary>
    void Send(Arrival arrival, DateTime now);
}

/// <summary>A message on its way into an entity.</summary>
internal readonly record struct Arrival(MessageContent Content)
{
    /// <summary>Gets the sequence number where it was first sent; zero for one that is being sent now.</summary>
    public long EnqueuedSequenceNumber { get; init; }

    /// <summary>Gets the entity that dead-lettered it, or null.</summary>
    public string? DeadLetterSource { get; init; }

    /// <summary>Gets the failed deliveries so far, which a dead-lettered message keeps.</summary>
    public int DeliveryCount { get; init; }

    public DateTime? ScheduledFor { get; init; }

    /// <summary>Gets the topic's limit to the message's life, or null.</summary>
    public TimeSpan? LongestLife { get; init; }
}
