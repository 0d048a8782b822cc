namespace Ccr.Console.State;

/// <summary>Reads one thing of the ledger. It is all that pages have of the store: they could not write if they tried.</summary>
internal sealed class LedgerReader(ILedgerStore ledger)
{
    public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken) =>
        ledger.ReadHistoryAsync(machineKey, cancellationToken);

    public async ValueTask<SwitchRecord?> ReadSwitchAsync(string key, CancellationToken cancellationToken) =>
        (await ledger.ReadSwitchAsync(key, cancellationToken)).Record;
}
