using Ccr.Core.Events;
using Ccr.Core.Messaging;
using Ccr.ServiceBus;

namespace Ccr.Hosting;

/// <summary>Says what came from Service Bus in the words of the job.</summary>
public static class ReceivedMessages
{
    /// <summary>The message as an event.</summary>
    public static IncomingEvent ToEvent(this ReceivedMessage message) => new()
    {
        Body = message.Body,
        MessageId = message.MessageId ?? $"sequence-number-{message.SequenceNumber}",
        EnqueuedTime = message.EnqueuedTime,
        LockedUntil = message.LockedUntil,
        ContentType = message.ContentType,
        Properties = message.ApplicationProperties,
    };

    /// <summary>The means to settle it.</summary>
    public static ISettlement ForHandlers(this MessageSettlement settlement) => new Settlement(settlement);

    private sealed class Settlement(MessageSettlement settlement) : ISettlement
    {
        public Task CompleteAsync(CancellationToken cancellationToken) => settlement.CompleteAsync(cancellationToken);

        public Task AbandonAsync(CancellationToken cancellationToken) => settlement.AbandonAsync(cancellationToken: cancellationToken);

        public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
            settlement.DeadLetterAsync(reason, description, cancellationToken);
    }
}
