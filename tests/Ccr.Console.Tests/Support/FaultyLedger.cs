namespace Ccr.Console.Tests.Support;

/// <summary>A ledger that can be made not to answer.</summary>
internal sealed class FaultyLedger(IOperatorLedger ledger) : IOperatorLedger
{
    /// <summary>Whether it fails.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether it refuses to be written, as it does to an identity that may only read.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Whether it neither answers nor fails, whatever it is told.</summary>
    public bool Hangs { get; set; }

    private IOperatorLedger Ledger => IsDown ? throw new LedgerException(LedgerReasons.CannotRead, "the ledger was stopped") : ledger;

    /// <summary>How often it was asked to write while it refuses to.</summary>
    public int Writes { get; private set; }

    private IOperatorLedger Writable =>
        IsReadOnly && ++Writes > 0 ? throw new LedgerException(LedgerReasons.CannotWrite, "no right: Storage Table Data Contributor is missing") : Ledger;

    public ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken) =>
        Ledger.ReadAsync(machineKey, requestId, cancellationToken);

    public ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken) =>
        Writable.TryWriteAsync(basis, machine, result, cancellationToken);

    public ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken) =>
        Writable.TryClaimAsync(basis, machine, sighting, mayPass, cancellationToken);

    public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken) =>
        Ledger.ReadHistoryAsync(machineKey, cancellationToken);

    public ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken) => Ledger.ReadSwitchAsync(key, cancellationToken);

    public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken) =>
        Writable.TryWriteSwitchAsync(basis, record, cancellationToken);

    public ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken) => Ledger.ReadTimeAsync(cancellationToken);

    public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken) => Writable.PruneAsync(before, cancellationToken);

    public ValueTask<ListPage<MachineRecord>> ListMachinesAsync(MachineFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        Ledger.ListMachinesAsync(filter, after, take, cancellationToken);

    public ValueTask<ListPage<ReinstallResult>> ListResultsAsync(ResultFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        Ledger.ListResultsAsync(filter, after, take, cancellationToken);

    public ValueTask<ListPage<OperatorAction>> ListActionsAsync(string? after, int take, CancellationToken cancellationToken) =>
        Ledger.ListActionsAsync(after, take, cancellationToken);

    public ValueTask<IReadOnlyList<SwitchRecord>> ListSwitchesAsync(CancellationToken cancellationToken) =>
        Hangs ? new(new TaskCompletionSource<IReadOnlyList<SwitchRecord>>().Task) : Ledger.ListSwitchesAsync(cancellationToken);

    public ValueTask<IReadOnlyList<AgentHeard>> ListAgentsAsync(CancellationToken cancellationToken) => Ledger.ListAgentsAsync(cancellationToken);

    public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, OperatorAction action, CancellationToken cancellationToken) =>
        Writable.TryWriteSwitchAsync(basis, record, action, cancellationToken);

    public ValueTask<bool> TryWriteMachineAsync(LedgerState basis, MachineRecord machine, OperatorAction action, CancellationToken cancellationToken) =>
        Writable.TryWriteMachineAsync(basis, machine, action, cancellationToken);

    public ValueTask WriteActionAsync(OperatorAction action, CancellationToken cancellationToken) => Writable.WriteActionAsync(action, cancellationToken);

    public ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) => Writable.WriteAgentAsync(agent, cancellationToken);
}
