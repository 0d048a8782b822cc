using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Telemetry;
using Ccr.Core.Text;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>What all handlers do with a message that they could not bring to its end.</summary>
internal static class Settling
{
    /// <summary>Ten deliveries of so long each last for most of an hour. The hosts renew locks for longer than that.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Runs a handler that settles its message; when it throws, the message is given back. While the ledger fails, or the way to an entity, it is kept
    /// and handled again: given back at once it would be here again at once, and each time counts as a delivery, after ten of which the broker gives it up.
    /// </summary>
    public static async Task RunAsync(ISettlement settlement, ILogger logger, TimeProvider time, Func<Task> handle, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                await handle();
                return;
            }
            catch (Exception fault) when (MayPass(fault) && !cancellationToken.IsCancellationRequested && time.GetElapsedTime(since) < Kept)
            {
                // What the broker refuses is said by its connection.
                if (fault is LedgerException) Log.LedgerFailed(logger, fault.Message);
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception fault)
            {
                // The host stops, or the ledger or the broker fails; nobody but the next delivery can do better.
                Log.GivenBack(logger, fault is OperationCanceledException ? null : fault);
                await GiveBackAsync(settlement, logger);
                return;
            }
        }
    }

    /// <summary>Dead-letters a message that is not believed, and counts it: somebody may be trying something.</summary>
    public static Task RefuseAsync(ISettlement settlement, ReasonCode reason, string messageId, ILogger logger)
    {
        Metrics.CountRefusal(reason.Code);
        Log.MessageRefused(logger, SafeText.Escape(messageId), reason.Code, reason.Meaning);
        return settlement.DeadLetterAsync(reason.Code, reason.Meaning, CancellationToken.None);
    }

    private static bool MayPass(Exception fault) => fault is LedgerException or BrokerException { IsAboutTheWay: true };

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
