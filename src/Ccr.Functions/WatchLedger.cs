using Ccr.Core.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Notices other ledgers by the results that were published lately.</summary>
public sealed class WatchLedger(LedgerWatch watch)
{
    private const string EveryMinute = "30 * * * * *";

    /// <summary>Looks once.</summary>
    [Function(nameof(WatchLedger))]
    public Task RunAsync([TimerTrigger(EveryMinute)] TimerInfo timer, CancellationToken cancellationToken) => watch.LookAsync(cancellationToken);
}
