namespace Ccr.Hosting.ServiceBus;

/// <summary>Settles one message that a processor received.</summary>
internal sealed class ProcessorSettlement(ServiceBusConnection connection, EntityReceiver receiver, string entity, ServiceBusReceivedMessage message)
    : ISettlement
{
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await receiver.CompleteAsync(message, cancellationToken);
        }
        catch (MessagingException fault) when (fault.Reason == ServiceBusReasons.LockLost)
        {
            // The client says so too when only the confirmation was lost. Either way the work is done, and the ledger knows it.
            Log.CompletedPerhaps(connection.Logger, entity, message.SequenceNumber);
        }
    }

    public Task AbandonAsync(CancellationToken cancellationToken) => receiver.AbandonAsync(message, cancellationToken);

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
        receiver.DeadLetterAsync(message, reason, description, cancellationToken);

    /// <summary>Gives the message back when its handler could not; if that fails, it comes again when its lock runs out.</summary>
    public async Task GiveBackAsync()
    {
        try
        {
            await receiver.AbandonAsync(message, CancellationToken.None);
        }
        catch (MessagingException)
        {
            // Perhaps the handler had settled it, or the broker is away: there is nothing more to be done.
        }
    }
}
