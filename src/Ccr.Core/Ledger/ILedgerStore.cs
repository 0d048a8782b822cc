using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>
/// Keeps claims and results. It decides nothing: what to write is decided by pure functions over what was read, and a
/// write that is based on something outdated fails.
/// </summary>
public interface ILedgerStore
{
    /// <summary>Reads what is known of a machine and of one request.</summary>
    ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a machine's record, a request's result, or both, all or nothing; on return it survives a crash as well as
    /// the store promises. False, with nothing written, when the record's version is no longer the stored one plus one,
    /// or when the request has a result already.
    /// </summary>
    ValueTask<bool> TryWriteAsync(MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken);
}
