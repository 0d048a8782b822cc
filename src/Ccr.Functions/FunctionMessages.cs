using Azure.Messaging.ServiceBus;
using Ccr.Core.Events;
using Ccr.Core.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Says what a trigger brought in the words of the job.</summary>
internal static class FunctionMessages
{
    public static IncomingEvent ToEvent(this ServiceBusReceivedMessage message) => new()
    {
        Body = message.Body.ToMemory(),
        MessageId = message.MessageId is { Length: > 0 } id ? id : $"sequence-number-{message.SequenceNumber}",
        EnqueuedTime = message.EnqueuedTime,
        ContentType = message.ContentType,
        Properties = message.ApplicationProperties,
    };

    public static ISettlement Settling(this ServiceBusMessageActions actions, ServiceBusReceivedMessage message) => new Settlement(actions, message);

    private sealed class Settlement(ServiceBusMessageActions actions, ServiceBusReceivedMessage message) : ISettlement
    {
        public Task CompleteAsync(CancellationToken cancellationToken) => actions.CompleteMessageAsync(message, cancellationToken);

        public Task AbandonAsync(CancellationToken cancellationToken) => actions.AbandonMessageAsync(message, null, cancellationToken);

        public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
            actions.DeadLetterMessageAsync(message, null, reason, description, cancellationToken);
    }
}
