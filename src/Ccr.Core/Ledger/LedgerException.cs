using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>The ledger cannot be read or written, so nothing may be submitted.</summary>
public sealed class LedgerException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="reason">The catalogue entry.</param>
    /// <param name="detail">Which ledger, and what is wrong with it.</param>
    /// <param name="cause">What the store's library threw.</param>
    public LedgerException(ReasonCode reason, string detail, Exception? cause = null)
        : base($"{reason.Code}: {reason.Meaning}: {detail}. {reason.Remedy}", cause) =>
            (Reason, Cause) = (reason, $"{reason.Meaning}: {detail}. {reason.Remedy}");

    /// <summary>The catalogue entry.</summary>
    public ReasonCode Reason { get; }

    /// <summary>The message without the code.</summary>
    public string Cause { get; }
}
