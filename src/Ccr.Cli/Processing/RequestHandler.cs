using Ccr.Core;
using Ccr.Core.Events;
using Ccr.ServiceBus;

namespace Ccr.Cli.Processing;

/// <summary>Takes a message of the requests queue through the processor, and settles it as that says.</summary>
internal sealed class RequestHandler(ReinstallProcessor processor, MessageSender requests)
{
    public async Task HandleAsync(ReceivedMessage message, MessageSettlement settlement, CancellationToken cancellationToken)
    {
        var disposition = await processor.ProcessAsync(EventOf(message), cancellationToken);

        // Everything is published: whether to settle is no longer a question of time.
        switch (disposition)
        {
            case Disposition.Complete:
                await settlement.CompleteAsync(CancellationToken.None);
                break;

            case Disposition.DeadLetter poison:
                await settlement.DeadLetterAsync(poison.Reason.Code, poison.Description, CancellationToken.None);
                break;

            case Disposition.RetryAt retry:
                // The copy first: a crash between the two leaves two messages, and never none.
                await requests.SendAsync(CopyOf(message, retry), CancellationToken.None);
                await settlement.CompleteAsync(CancellationToken.None);
                break;
        }
    }

    private static IncomingEvent EventOf(ReceivedMessage message) => new()
    {
        Body = message.Body,
        MessageId = message.MessageId ?? $"sequence-number-{message.SequenceNumber}",
        EnqueuedTime = message.EnqueuedTime,
        ContentType = message.ContentType,
        Properties = message.ApplicationProperties,
    };

    private static OutgoingMessage CopyOf(ReceivedMessage message, Disposition.RetryAt retry) => new()
    {
        Body = message.Body,
        MessageId = Guid.NewGuid().ToString("N"),
        ContentType = message.ContentType,
        Subject = message.Subject,
        ScheduledEnqueueTime = retry.At,
        ApplicationProperties = retry.Properties,
    };
}
