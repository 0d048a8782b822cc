using Ccr.Core.Processing;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Deletes what the ledger has kept for long enough.</summary>
public sealed class PruneLedger(LedgerPruner pruner)
{
    private const string FourTimesADay = "0 17 */6 * * *";

    /// <summary>Deletes once.</summary>
    [Function(nameof(PruneLedger))]
    public Task RunAsync([TimerTrigger(FourTimesADay)] TimerInfo timer, CancellationToken cancellationToken) => pruner.PruneAsync(cancellationToken);
}
