using Ccr.Core.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Notices other ledgers by the results that were published lately, and publishes what people did by hand.</summary>
public sealed class WatchLedger(LedgerWatch watch, OperatorActionPublisher actions)
{
    private const string EveryMinute = "30 * * * * *";

    /// <summary>Looks once.</summary>
    [Function(nameof(WatchLedger))]
    public async Task RunAsync([TimerTrigger(EveryMinute)] TimerInfo timer, CancellationToken cancellationToken)
    {
        await watch.LookAsync(cancellationToken);
        await actions.PublishAsync(cancellationToken);
    }
}
