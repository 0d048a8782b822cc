using Ccr.Core.Events;

namespace Ccr.Core.Messaging;

/// <summary>Looks at the queue <see cref="Entities.Requests"/> and its dead letters, and takes nothing.</summary>
public interface IRequestView
{
    /// <summary>When the oldest message that waits was enqueued, or null when none waits. Scheduled ones wait for nothing.</summary>
    Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken);

    /// <summary>Dead letters in the order of their sequence numbers.</summary>
    /// <param name="fromSequenceNumber">The first of interest.</param>
    /// <param name="max">The most to return; none are returned at the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<DeadLetter>> PeekDeadLettersAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken);
}

/// <summary>One dead-lettered event.</summary>
/// <param name="SequenceNumber">Its place among the dead letters.</param>
/// <param name="Event">The message.</param>
/// <param name="Reason">Why it was dead-lettered: a code of ours, or the broker's own word.</param>
/// <param name="Description">More about that.</param>
public sealed record DeadLetter(long SequenceNumber, IncomingEvent Event, string? Reason, string? Description);
