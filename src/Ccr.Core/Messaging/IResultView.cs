using Ccr.Core.Results;

namespace Ccr.Core.Messaging;

/// <summary>Looks at the results that were published lately, and takes none.</summary>
public interface IResultView
{
    /// <summary>Results in the order of their sequence numbers.</summary>
    /// <param name="fromSequenceNumber">The first of interest.</param>
    /// <param name="max">The most to return; none are returned at the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<SeenResult>> PeekAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken);
}

/// <summary>A result on the topic.</summary>
/// <param name="SequenceNumber">Its place there.</param>
/// <param name="Ledger">The identity of the ledger that it names, if any.</param>
/// <param name="Result">What it says; null when it is no result of ours.</param>
public sealed record SeenResult(long SequenceNumber, string? Ledger, ReinstallResult? Result);
