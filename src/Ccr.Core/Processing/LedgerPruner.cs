using Ccr.Core.Decisions;
using Ccr.Core.Ledger;
using Ccr.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Processing;

/// <summary>
/// Deletes what the ledger has kept for long enough. This computer's clock alone is not believed: one that is a year ahead would delete cool-downs that
/// still hold, and their machines would be pushed again. The store's clock must agree, or the broker's where the store has none.
/// </summary>
public sealed class LedgerPruner(ILedgerStore ledger, LedgerOptions options, Clock clock, TimeProvider time, ILogger<LedgerPruner> logger)
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

    /// <summary>Deletes once; nothing as long as neither the store nor a message has told the time.</summary>
    public async Task PruneAsync(CancellationToken cancellationToken)
    {
        if ((await ledger.ReadTimeAsync(cancellationToken) ?? clock.Proved) is not { } proved) return;

        var now = time.GetUtcNow();
        var before = (now < proved ? now : proved) - options.KeepFor;
        var rows = await ledger.PruneAsync(before, cancellationToken);
        if (rows > 0) Log.Pruned(logger, rows, before);
    }
}
