using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Hosting.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Looks at the site whether a push brought its client back, when that is due.</summary>
public sealed class LookAfterPush(VerificationHandler handler)
{
    /// <summary>Handles one look.</summary>
    [Function(nameof(LookAfterPush))]
    public Task RunAsync(
        [ServiceBusTrigger(Entities.Verifications, Connection = FunctionSettings.ServiceBus, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        handler.HandleAsync(message.ToEvent(), actions.Settling(message), cancellationToken);
}
