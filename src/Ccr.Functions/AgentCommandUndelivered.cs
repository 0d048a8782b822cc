using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Hosting.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Ends a command that no agent carried out, and frees its machine.</summary>
public sealed class AgentCommandUndelivered(UndeliveredCommandHandler handler)
{
    /// <summary>Handles one command.</summary>
    [Function(nameof(AgentCommandUndelivered))]
    public Task RunAsync(
        [ServiceBusTrigger(Entities.AgentUndelivered, Connection = FunctionSettings.ServiceBus, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        handler.HandleAsync(message.ToEvent(), message.DeadLetterReason, actions.Settling(message), cancellationToken);
}
