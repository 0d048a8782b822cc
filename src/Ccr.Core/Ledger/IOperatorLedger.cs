namespace Ccr.Core.Ledger;

/// <summary>A ledger with everything that people read and do in it, beside what the job itself does.</summary>
public interface IOperatorLedger : ILedgerStore, ILedgerView
{
    /// <summary>
    /// Sets a switch and notes who did it, both or neither; false, with nothing written, when the switch is no longer as in <paramref name="basis"/>.
    /// </summary>
    ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, OperatorAction action, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a machine's record and notes who did it; false when the record is no longer the one in <paramref name="basis"/>. A kill in the middle may
    /// leave the action in progress, never a change without its action.
    /// </summary>
    ValueTask<bool> TryWriteMachineAsync(LedgerState basis, MachineRecord machine, OperatorAction action, CancellationToken cancellationToken);

    /// <summary>Notes an action, or how one that was noted went on.</summary>
    ValueTask WriteActionAsync(OperatorAction action, CancellationToken cancellationToken);

    /// <summary>Notes what an agent said of itself; only the latest is kept.</summary>
    ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken);
}
