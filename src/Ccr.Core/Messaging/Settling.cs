using Ccr.Core.Ledger;
using Ccr.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>What all handlers do with a message that they could not bring to its end.</summary>
internal static class Settling
{
    /// <summary>Almost as long as a lock is renewed, so that ten deliveries last for most of an hour.</summary>
    private static readonly TimeSpan KeptWithoutLedger = TimeSpan.FromMinutes(4);

    /// <summary>Runs a handler that settles its message; when it throws, the message is given back.</summary>
    public static async Task RunAsync(ISettlement settlement, ILogger logger, TimeProvider time, Func<Task> handle, CancellationToken cancellationToken)
    {
        try
        {
            await handle();
        }
        catch (LedgerException fault)
        {
            // Given back at once it would be here again at once, and soon be given up by the broker.
            Log.LedgerFailed(logger, fault.Message);
            await Task.Delay(KeptWithoutLedger, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await GiveBackAsync(settlement, logger);
        }
        catch (Exception fault)
        {
            // The host stops, or the ledger or the broker fails; nobody but the next delivery can do better.
            Log.GivenBack(logger, fault is OperationCanceledException ? null : fault);
            await GiveBackAsync(settlement, logger);
        }
    }

    private static async Task GiveBackAsync(ISettlement settlement, ILogger logger)
    {
        try
        {
            await settlement.AbandonAsync(CancellationToken.None);
        }
        catch (Exception fault)
        {
            // It was settled before, or its lock is lost: the broker delivers it again by itself.
            Log.NotGivenBack(logger, fault);
        }
    }
}
