using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>A ledger that lives as long as its process and keeps everything: for a local run and for tests.</summary>
public sealed class InMemoryLedgerStore : ILedgerStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, MachineRecord> _machines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ReinstallResult> _results = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return ValueTask.FromResult(new LedgerState(_machines.GetValueOrDefault(machineKey), _results.GetValueOrDefault(requestId)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryWriteAsync(MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (result is not null && _results.ContainsKey(result.RequestId)) return ValueTask.FromResult(false);
            if (machine is not null && machine.Version != (_machines.GetValueOrDefault(machine.Key)?.Version ?? 0) + 1) return ValueTask.FromResult(false);

            if (machine is not null) _machines[machine.Key] = machine;
            if (result is not null) _results[result.RequestId] = result;
            return ValueTask.FromResult(true);
        }
    }
}
