namespace Ccr.Console.State;

/// <summary>Everything that is known at one moment. It never changes; all tabs show the same.</summary>
internal sealed record Snapshot
{
    private static readonly TimeSpan RefusalHolds = TimeSpan.FromMinutes(1);

    /// <summary>The moment.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Counts the snapshots, so that a browser sees that the server lives, whatever its clock says.</summary>
    public long Beat { get; init; }

    public IReadOnlyList<SwitchRecord> Switches { get; init; } = [];

    public IReadOnlyList<AgentHeard> Agents { get; init; } = [];

    /// <summary>What people did last, latest first.</summary>
    public IReadOnlyList<OperatorAction> Actions { get; init; } = [];

    /// <summary>The results of the last day, latest first.</summary>
    public IReadOnlyList<ResultLine> Results { get; init; } = [];

    /// <summary>Whether the day has more results than those.</summary>
    public bool IsCut { get; init; }

    /// <summary>Whether the day's results were all read.</summary>
    public bool IsDayRead { get; init; }

    /// <summary>What the last count of all machines found, or null while the first is not done.</summary>
    public MachineCounts? Machines { get; init; }

    /// <summary>How long requests had waited, since this console started.</summary>
    public IReadOnlyList<WaitingSample> Waiting { get; init; } = [];

    /// <summary>How many machines the count that is going on has read.</summary>
    public int MachinesRead { get; init; }

    /// <summary>The dead letters by cause, most first, or null while they are not known.</summary>
    public IReadOnlyList<DeadLetterCause>? DeadLetters { get; init; }

    public SourceHealth Ledger { get; init; } = new();

    public SourceHealth Broker { get; init; } = new();

    /// <summary>Whether there is a broker to look at.</summary>
    public bool HasBroker { get; init; }

    /// <summary>What the ledger said when it refused a write of this console, and when; null when it did not.</summary>
    public (string Why, DateTimeOffset At)? Refusal { get; init; }

    /// <summary>Why nothing can be changed now, or null. What was refused may be tried again after a while: a right may have been given meanwhile.</summary>
    public string? WhyNoWriting => IsLedgerUnknown ? "The ledger does not answer, so nothing can be changed."
        : Refusal is { } refusal && At - refusal.At < RefusalHolds ? refusal.Why : null;

    /// <summary>Whether the ledger's answers are old enough to doubt them: then a pause is unknown, not off, and nothing may be written.</summary>
    public bool IsLedgerUnknown => Ledger.AnsweredAt is null || Ledger.Fault is not null;
}
