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
    public sealed record Conclude(
        Verdict Verdict, string? Repeats = null, DateTimeOffset? Until = null, MachineRecord? Machine = null) : Decision;

    /// <summary>It may be submitted once this record is written.</summary>
    public sealed record Submit(MachineRecord Machine) : Decision;
}
