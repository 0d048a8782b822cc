using System.Security.Cryptography;
using System.Text;
using Ccr.Core.Events;
using Ccr.Core.Processing;
using Ccr.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Takes a message of the requests queue through the processor, and settles it as that says.</summary>
public sealed class RequestHandler(ReinstallProcessor processor, IRequestSender queue, LedgerWatch watch, TimeProvider time, ILogger<RequestHandler> logger)
{
    /// <summary>Handles one message. Whatever happens, it is settled, or was lost to another receiver.</summary>
    public async Task HandleAsync(IncomingEvent message, ISettlement settlement, CancellationToken cancellationToken)
    {
        using var activity = Traces.StartEvent(message.MessageId, message.Properties);
        Metrics.CountEvent(message.Properties.GetValueOrDefault(IncomingEvent.SourceProperty) as string);

        // Decided once: while the queue takes no copy, only the copy is tried again, and no management point is asked meanwhile.
        Disposition? disposition = null;
        await Settling.RunAsync(settlement, logger, time, async () =>
        {
            if (disposition is null)
            {
                await watch.SeeAsync(message, cancellationToken);
                disposition = await processor.ProcessAsync(message, cancellationToken);
            }

            // Everything is published: whether to settle is no longer a question of time.
            if (disposition is Disposition.RetryAt retry)
            {
                // The copy first: a crash between the two leaves two messages, and never none.
                await queue.SendAsync(CopyOf(message, retry, await watch.StampAsync(retry.Properties)), CancellationToken.None);
                Metrics.CountRetry();
                disposition = new Disposition.Complete();
            }

            if (disposition is Disposition.DeadLetter poison)
                await settlement.DeadLetterAsync(poison.Reason.Code, poison.Description, CancellationToken.None);
            else
                await settlement.CompleteAsync(CancellationToken.None);
        }, cancellationToken);
    }

    /// <summary>
    /// The same for every copy of one message, so that a client that sends it again, or a second delivery of the message, makes no second copy where
    /// the queue detects duplicates. Where it does not, the second one is answered from the ledger.
    /// </summary>
    private static string CopyId(string messageId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"copy\0{messageId}")).AsSpan(0, 16));

    private static OutgoingEvent CopyOf(IncomingEvent message, Disposition.RetryAt retry, IReadOnlyDictionary<string, object> properties) => new()
    {
        Body = message.Body,
        MessageId = CopyId(message.MessageId),
        ContentType = message.ContentType,
        At = retry.At,
        Properties = properties,
    };
}
