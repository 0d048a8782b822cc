using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.TestHost;

/// <summary>A ledger that passes everything on; who is around it overrides a part.</summary>
internal abstract class LedgerAround(ILedgerStore inner) : ILedgerStore
{
    protected virtual ILedgerStore Inner => inner;

    public virtual bool MayBeNew(string machineKey) => Inner.MayBeNew(machineKey);

    public virtual ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken) =>
        Inner.ReadAsync(machineKey, requestId, cancellationToken);

    public virtual ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken) =>
        Inner.TryWriteAsync(basis, machine, result, cancellationToken);

    public virtual ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken) =>
        Inner.TryClaimAsync(basis, machine, sighting, mayPass, cancellationToken);

    public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken) =>
        Inner.ReadHistoryAsync(machineKey, cancellationToken);

    public virtual ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken) => Inner.ReadSwitchAsync(key, cancellationToken);

    public virtual ValueTask<SwitchState> GlanceAtSwitchAsync(string key, CancellationToken cancellationToken) =>
        Inner.GlanceAtSwitchAsync(key, cancellationToken);

    public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken) =>
        Inner.TryWriteSwitchAsync(basis, record, cancellationToken);

    public ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) => Inner.WriteAgentAsync(agent, cancellationToken);

    public ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken) => Inner.ReadTimeAsync(cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => Inner.PruneAsync(before, cancellationToken);
}
