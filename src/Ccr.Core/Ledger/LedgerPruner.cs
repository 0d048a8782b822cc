using Ccr.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Ledger;

/// <summary>Deletes what the ledger has kept for long enough.</summary>
public sealed class LedgerPruner(ILedgerStore ledger, LedgerOptions options, TimeProvider time, ILogger<LedgerPruner> logger)
{
    /// <summary>Deletes once, and then again and again, until it is stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.PruneEvery, time);
        do
        {
            try
            {
                await PruneAsync(cancellationToken);
            }
            catch (LedgerException fault)
            {
                // There is another time; what cannot wait is said by those who need the ledger now.
                Log.LedgerFailed(logger, fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>Deletes once.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - options.KeepFor;
        var rows = await ledger.PruneAsync(before, cancellationToken);
        if (rows > 0) Log.Pruned(logger, rows, before);
    }
}
