using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>Reads lists out of the ledger, for people. It changes nothing.</summary>
/// <remarks>
/// A list is read a page at a time, from a key on, never from a count on: it costs the same wherever it is, and what is written meanwhile makes no row
/// come twice. A page may have fewer rows than were asked for, or none, and still be followed by others: looking for what is rare ends after
/// <see cref="MostLookedAt"/> rows, so that no page takes long. What a page costs in each store: README.md of this folder.
/// </remarks>
public interface ILedgerView
{
    /// <summary>How many rows are looked at for one page.</summary>
    const int MostLookedAt = 5000;

    /// <summary>Lists machines, in the order of their keys.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="after">Where the page before this one ended, or null for the first.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<ListPage<MachineRecord>> ListMachinesAsync(MachineFilter filter, string? after, int take, CancellationToken cancellationToken);

    /// <summary>Lists terminal results, latest first.</summary>
    /// <inheritdoc cref="ListMachinesAsync"/>
    ValueTask<ListPage<ReinstallResult>> ListResultsAsync(ResultFilter filter, string? after, int take, CancellationToken cancellationToken);

    /// <summary>Lists what people did, latest first.</summary>
    /// <inheritdoc cref="ListMachinesAsync"/>
    ValueTask<ListPage<OperatorAction>> ListActionsAsync(string? after, int take, CancellationToken cancellationToken);

    /// <summary>Lists the pauses and the storm brakes that were ever set.</summary>
    ValueTask<IReadOnlyList<SwitchRecord>> ListSwitchesAsync(CancellationToken cancellationToken);

    /// <summary>Lists the agents that were heard.</summary>
    ValueTask<IReadOnlyList<AgentHeard>> ListAgentsAsync(CancellationToken cancellationToken);
}

/// <summary>A part of a list.</summary>
/// <param name="Rows">Its rows.</param>
/// <param name="Next">Where the next page begins, or null when there is none.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Rows, string? Next);

/// <summary>Which machines.</summary>
public sealed record MachineFilter
{
    /// <summary>All that stand so, at <see cref="At"/>.</summary>
    public MachineState? State { get; init; }

    /// <summary>The time of that.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>All whose last push was by this site.</summary>
    public string? Site { get; init; }

    /// <summary>All whose name, with or without domain, begins so.</summary>
    public string? Text { get; init; }

    /// <summary>Whether a machine is one of them.</summary>
    public bool Matches(MachineRecord machine) =>
        (State is null || machine.StateAt(At) == State)
        && (Site is null || machine.LastSite() == Site)
        && (Text is null || machine.Key.StartsWith(Text, StringComparison.OrdinalIgnoreCase)
            || machine.Key.AsSpan(machine.Key.IndexOf('\\', StringComparison.Ordinal) + 1).StartsWith(Text, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Which results.</summary>
public sealed record ResultFilter
{
    /// <summary>Not older than this.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Older than this.</summary>
    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>With this outcome.</summary>
    public Outcome? Outcome { get; init; }

    /// <summary>With this reason code.</summary>
    public string? Reason { get; init; }

    /// <summary>Of this site.</summary>
    public string? Site { get; init; }

    /// <summary>Of events of this source.</summary>
    public string? Source { get; init; }

    /// <summary>Whether a result is one of them.</summary>
    public bool Matches(ReinstallResult result) => Matches(result.Time, result.Outcome, result.Reason, result.Site, result.Source);

    /// <summary>Whether one that says this is one of them.</summary>
    public bool Matches(DateTimeOffset time, Outcome outcome, string reason, string? site, string source) =>
        time >= From && time < To
        && (Outcome is null || outcome == Outcome)
        && (Reason is null || string.Equals(reason, Reason, StringComparison.OrdinalIgnoreCase))
        && (Site is null || site == Site)
        && (Source is null || source == Source);
}
