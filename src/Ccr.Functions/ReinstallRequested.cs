using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Hosting.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>The main job: an event becomes one request to a management point for each of its machines, and a result.</summary>
public sealed class ReinstallRequested(RequestHandler handler, TimeProvider time)
{
    /// <summary>Handles one event.</summary>
    [Function(nameof(ReinstallRequested))]
    public Task RunAsync(
        [ServiceBusTrigger(Entities.Requests, Connection = FunctionSettings.ServiceBus, AutoCompleteMessages = false)]
        ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellationToken) =>
        Draining.RunAsync(token => handler.HandleAsync(message.ToEvent(), actions.Settling(message), token), time, cancellationToken);
}
