using Azure.Messaging.ServiceBus;
using Ccr.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Moq;

namespace Ccr.Functions.Tests.Support;

/// <summary>A message as the worker hands it to a function, with actions that settle the real message behind it.</summary>
internal sealed class TriggerMessage
{
    public TriggerMessage(LockedMessage locked)
    {
        var received = locked.Message;
        var properties = received.ApplicationProperties.ToDictionary(StringComparer.Ordinal);
        if (received.DeadLetterReason is { } reason) properties["DeadLetterReason"] = reason;
        Message = ServiceBusModelFactory.ServiceBusReceivedMessage(
            body: new BinaryData(received.Body), messageId: received.MessageId, contentType: received.ContentType,
            properties: properties, sequenceNumber: received.SequenceNumber, enqueuedTime: received.EnqueuedTime);

        Actions = new Mock<ServiceBusMessageActions>(MockBehavior.Strict);
        Actions.Setup(a => a.CompleteMessageAsync(Message, It.IsAny<CancellationToken>())).Returns(() => locked.Settlement.CompleteAsync());
        Actions.Setup(a => a.AbandonMessageAsync(Message, It.IsAny<IDictionary<string, object>?>(), It.IsAny<CancellationToken>())).Returns(() => locked.Settlement.AbandonAsync());
        Actions.Setup(a => a.DeadLetterMessageAsync(Message, It.IsAny<Dictionary<string, object>?>(), It.IsAny<string?>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusReceivedMessage _, Dictionary<string, object>? _, string? code, string? description, CancellationToken token) => locked.Settlement.DeadLetterAsync(code!, description, token));
    }

    public ServiceBusReceivedMessage Message { get; }

    public Mock<ServiceBusMessageActions> Actions { get; }
}
