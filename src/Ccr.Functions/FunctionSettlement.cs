using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions;

/// <summary>Settles what a trigger brought, in the words of the job.</summary>
internal static class FunctionSettlement
{
    public static ISettlement Settling(this ServiceBusMessageActions actions, ServiceBusReceivedMessage message) => new Settlement(actions, message);

    private sealed class Settlement(ServiceBusMessageActions actions, ServiceBusReceivedMessage message) : ISettlement
    {
        public Task CompleteAsync(CancellationToken cancellationToken) => actions.CompleteMessageAsync(message, cancellationToken);

        public Task AbandonAsync(CancellationToken cancellationToken) => actions.AbandonMessageAsync(message, null, cancellationToken);

        public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
            actions.DeadLetterMessageAsync(message, null, reason, description, cancellationToken);
    }
}
