namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>The value of the annotation <c>x-opt-message-state</c>.</summary>
internal enum MessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}

/// <summary>One message in one queue, subscription or dead-letter queue. Only its <see cref="MessageQueue"/> changes it.</summary>
internal sealed class StoredMessage
{
    /// <summary>Gets the number that is unique in the whole broker: the key in storage.</summary>
    public required long Id { get; init; }

    /// <summary>Gets the number in its entity; a scheduled message gets a new one when it becomes active.</summary>
    public required long SequenceNumber { get; init; }

    /// <summary>Gets the number in the entity to which it was first sent.</summary>
    public required long EnqueuedSequenceNumber { get; init; }

    public required MessageContent Content { get; set; }
    public required DateTime EnqueuedAt { get; init; }

    /// <summary>Gets the end of its life; <see cref="DateTime.MaxValue"/> in a dead-letter queue.</summary>
    public DateTime ExpiresAt { get; init; } = DateTime.MaxValue;

    public DateTime? ScheduledFor { get; init; }

    /// <summary>Gets the entity that dead-lettered it, or null.</summary>
    public string? DeadLetterSource { get; init; }

    public MessageState State { get; set; }

    /// <summary>Gets or sets the number of failed deliveries.</summary>
    public int DeliveryCount { get; set; }

    /// <summary>Gets or sets the lock token of the present delivery; empty when nobody holds it.</summary>
    public Guid LockToken { get; set; }

    public DateTime LockedUntil { get; set; }

    /// <summary>Gets or sets its place among the queue's locks, oldest first.</summary>
    public LinkedListNode<StoredMessage>? LockNode { get; set; }

    public bool IsLocked => LockToken != Guid.Empty;

    /// <summary>Gets when its life begins: a scheduled message's when it becomes active.</summary>
    public DateTime LivesFrom => this is { State: MessageState.Scheduled, ScheduledFor: { } due } ? due : EnqueuedAt;

    /// <summary>Copies its values of this moment, for a receiver or for storage; the message itself goes on changing.</summary>
    public StoredMessage Snapshot() => (StoredMessage)MemberwiseClone();
}
