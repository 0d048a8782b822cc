using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Hosting.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Brings the results of agents home to the ledger.</summary>
public sealed class RecordResult(AgentResultHandler handler)
{
    /// <summary>Handles one result.</summary>
    [Function(nameof(RecordResult))]
    public Task RunAsync(
        [ServiceBusTrigger(Entities.Results, Entities.LedgerSubscription, Connection = FunctionSettings.ServiceBus, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        handler.HandleAsync(message.ToEvent(), actions.Settling(message), cancellationToken);
}
