using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions;

/// <summary>What is to be done next with a request.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>It has its result already: publish that again.</summary>
    public sealed record Repeat(ReinstallResult Result) : Decision;

    /// <summary>Another worker is at it: look again later.</summary>
    public sealed record LookAgain(DateTimeOffset At) : Decision;

    /// <summary>Its time has not come: say so, and look again then.</summary>
    public sealed record Defer(Verdict Verdict, DateTimeOffset Until) : Decision;

    /// <summary>It ends here without a submission.</summary>
    /// <param name="Verdict">How it ends.</param>
    /// <param name="Repeats">The request that it repeats.</param>
    /// <param name="Until">When a new request may be carried out.</param>
    /// <param name="Machine">The machine's record as it then is, if that changes.</param>
    public sealed record Conclude(Verdict Verdict, string? Repeats = null, DateTimeOffset? Until = null, MachineRecord? Machine = null) : Decision;

    /// <summary>The machine may be pushed; whether its site takes it now is decided next.</summary>
    public sealed record Admit : Decision;

    /// <summary>A switch is to be set, and then to be looked at again.</summary>
    /// <param name="Basis">The switch as it was.</param>
    /// <param name="Record">The switch as it is to be.</param>
    /// <param name="Announcement">What is to be said about it, once, by whoever set it.</param>
    public sealed record Turn(SwitchState Basis, SwitchRecord Record, Verdict? Announcement = null) : Decision;
}

/// <summary>How a submission ended for its request.</summary>
/// <param name="Machine">The machine's record as it then is.</param>
/// <param name="Verdict">Terminal, or <see cref="Outcome.Deferred"/> when it is to be tried again.</param>
/// <param name="Until">When a new request may be carried out, or when this one is tried again.</param>
public sealed record SubmissionEnd(MachineRecord Machine, Verdict Verdict, DateTimeOffset? Until);
