using Azure.Messaging.ServiceBus;
using Ccr.Hosting.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Moq;

namespace Ccr.Functions.Tests.Support;

/// <summary>A message as the worker hands it to a function, with actions that settle it through what received it.</summary>
internal sealed class TriggerMessage
{
    public TriggerMessage(ServiceBusReceivedMessage message, EntityReceiver receiver)
    {
        Message = message;
        Actions = new Mock<ServiceBusMessageActions>(MockBehavior.Strict);
        Actions.Setup(a => a.CompleteMessageAsync(message, It.IsAny<CancellationToken>()))
            .Returns((ServiceBusReceivedMessage _, CancellationToken token) => receiver.CompleteAsync(message, token));
        Actions.Setup(a => a.AbandonMessageAsync(message, It.IsAny<IDictionary<string, object>?>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusReceivedMessage _, IDictionary<string, object>? _, CancellationToken token) => receiver.AbandonAsync(message, token));
        Actions
            .Setup(a => a.DeadLetterMessageAsync(
                message, It.IsAny<Dictionary<string, object>?>(), It.IsAny<string?>(), It.IsAny<string?>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusReceivedMessage _, Dictionary<string, object>? _, string? code, string? description, CancellationToken token) =>
                receiver.DeadLetterAsync(message, code!, description!, token));
    }

    public ServiceBusReceivedMessage Message { get; }

    public Mock<ServiceBusMessageActions> Actions { get; }
}
