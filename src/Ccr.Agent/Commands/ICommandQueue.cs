namespace Ccr.Agent.Commands;

/// <summary>The queue of the agent's site: a seam for the test host that crashes between its steps.</summary>
internal interface ICommandQueue
{
    /// <summary>Locks up to so many commands; waits a while for the first.</summary>
    Task<IReadOnlyList<ICommandMessage>> ReceiveAsync(int max, CancellationToken cancellationToken);

    /// <summary>Whether a message is still on the queue, locked or not.</summary>
    Task<bool> HoldsAsync(long sequenceNumber, CancellationToken cancellationToken);

    /// <summary>When the oldest message was enqueued, or null when there is none.</summary>
    Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken);
}

/// <summary>A command as it came, locked for this agent.</summary>
internal interface ICommandMessage
{
    ReadOnlyMemory<byte> Body { get; }

    string? MessageId { get; }

    long SequenceNumber { get; }

    DateTimeOffset EnqueuedTime { get; }

    DateTimeOffset LockedUntil { get; }

    /// <summary>Takes it off the queue. When this returns, no other agent has got it or will get it.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Keeps it locked for once more the queue's lock duration.</summary>
    Task RenewAsync(CancellationToken cancellationToken);

    /// <summary>Gives it back, which counts as a delivery: after ten of them the broker gives a command up.</summary>
    Task GiveBackAsync(CancellationToken cancellationToken);

    /// <summary>Refuses it: it ends as undelivered.</summary>
    Task RefuseAsync(string reason, string description, CancellationToken cancellationToken);
}
