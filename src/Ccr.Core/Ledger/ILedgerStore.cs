using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>
/// Keeps claims, results and switches. It decides nothing: what to write is decided by pure functions over what was read, and a write that is based on
/// something outdated fails.
/// </summary>
/// <remarks>
/// On return from a write it survives a crash as well as the store promises. A store that cannot read or write throws a <see cref="LedgerException"/>;
/// then nothing may be submitted.
/// </remarks>
public interface ILedgerStore
{
    /// <summary>
    /// Whether a machine is to be claimed on <see cref="LedgerState.Unread"/>: a store that spares a request by that says so of machines of which it has
    /// not seen a record. All others are read first.
    /// </summary>
    bool MayBeNew(string machineKey) => false;

    /// <summary>Reads what is known of a machine and of one request.</summary>
    ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a machine's record, a request's result, or both, all or nothing, and returns the state as it then is. Null, with nothing written, when
    /// the machine's record is no longer the one in <paramref name="basis"/>, or when the request has a result already.
    /// </summary>
    ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken);

    /// <summary>
    /// Notes that a machine of a site is to be pushed, counts such machines, and writes the machine's record as <see cref="TryWriteAsync"/> does if the
    /// caller's rule lets it pass by that count.
    /// </summary>
    /// <remarks>
    /// The note is made before the count, and stays even if nothing else is written, so that of any number of callers at once at most
    /// <see cref="Sighting.Limit"/> are within it.
    /// </remarks>
    ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken);

    /// <summary>Reads everything that is still kept about a machine.</summary>
    ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken);

    /// <summary>Reads a switch that all instances share.</summary>
    ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken);

    /// <summary>
    /// Reads a switch for one of many events: a store may say what it was at most one second ago. Whoever sets a switch reads it by
    /// <see cref="ReadSwitchAsync"/>; a basis that is outdated is refused, and after that this says what it is.
    /// </summary>
    ValueTask<SwitchState> GlanceAtSwitchAsync(string key, CancellationToken cancellationToken) => ReadSwitchAsync(key, cancellationToken);

    /// <summary>Sets a switch; false, with nothing written, when it is no longer as in <paramref name="basis"/>.</summary>
    ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken);

    /// <summary>Notes what an agent said of itself. Only the latest is kept, by <see cref="AgentHeard.HeardAt"/>.</summary>
    ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken);

    /// <summary>The time by a clock of the store's own; null for a store that has none but this computer's.</summary>
    ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken);

    /// <summary>Deletes what is over and older than a time; returns how many rows that were.</summary>
    ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken);
}
