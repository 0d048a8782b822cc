using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.ServiceBusExtension;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Settles the message that a function was called for, through the host, which holds its lock.</summary>
[InputConverter(typeof(ServiceBusMessageActionsConverter))]
public class ServiceBusMessageActions
{
    private readonly Settlement.SettlementClient? _host;

    internal ServiceBusMessageActions(Settlement.SettlementClient host) => _host = host;

    /// <summary>For tests that replace all members.</summary>
    protected ServiceBusMessageActions()
    {
    }

    private Settlement.SettlementClient Host => _host ?? throw new InvalidOperationException("A test made these actions, and did not say what this one does.");

    /// <summary>Takes the message off its queue.</summary>
    public virtual async Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        await Host.CompleteAsync(new CompleteRequest { Locktoken = message.LockToken }, cancellationToken: cancellationToken);

    /// <summary>Gives the message back, to be delivered again at once.</summary>
    public virtual async Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
        await Host.AbandonAsync(
            new AbandonRequest { Locktoken = message.LockToken, PropertiesToModify = AmqpProperties.Encode(propertiesToModify) },
            cancellationToken: cancellationToken);

    /// <summary>Moves the message to the dead letters.</summary>
    public virtual async Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = null, string? deadLetterReason = null,
        string? deadLetterErrorDescription = null, CancellationToken cancellationToken = default)
    {
        var request = new DeadletterRequest
        {
            Locktoken = message.LockToken,
            PropertiesToModify = AmqpProperties.Encode(propertiesToModify),
            DeadletterReason = deadLetterReason,
            DeadletterErrorDescription = deadLetterErrorDescription,
        };
        await Host.DeadletterAsync(request, cancellationToken: cancellationToken);
    }

    /// <summary>Puts the message aside, to be received by its sequence number only.</summary>
    public virtual async Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, CancellationToken cancellationToken = default) =>
        await Host.DeferAsync(
            new DeferRequest { Locktoken = message.LockToken, PropertiesToModify = AmqpProperties.Encode(propertiesToModify) },
            cancellationToken: cancellationToken);

    /// <summary>Holds the message for another lock duration.</summary>
    public virtual async Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        await Host.RenewMessageLockAsync(new RenewMessageLockRequest { Locktoken = message.LockToken }, cancellationToken: cancellationToken);
}
