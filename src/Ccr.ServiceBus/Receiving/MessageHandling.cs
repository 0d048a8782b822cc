using Amqp.Handler;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus.Receiving;

/// <summary>Has one message handled: decodes it, keeps its lock meanwhile, and sees to it that it is settled.</summary>
internal sealed class MessageHandling(
    ServiceBusConnection connection, string entity, TimeSpan maxAutoLockRenewal,
    Func<ReceivedMessage, MessageSettlement, CancellationToken, Task> handler)
{
    /// <summary>Handles one message. Never throws.</summary>
    public async Task HandleAsync(
        ReceiverChannel channel, IDelivery delivery, Action onSettling, CancellationToken cancellationToken)
    {
        if (Read(delivery) is not { } message)
        {
            await DeadLetterUnreadableAsync(channel, delivery);
            return;
        }

        MessageSettlement settlement = new(connection, entity, message, channel, delivery) { OnSettling = onSettling };
        var renewal = StartRenewing(message, settlement);
        try
        {
            await handler(message, settlement, cancellationToken);
            if (settlement.IsOpen) Log.NotSettled(connection.Logger, entity, message.MessageId, message.SequenceNumber);
        }
        catch (MessagingException fault) when (!settlement.IsOpen && fault.Fault
            is MessagingFault.LockLost or MessagingFault.Unconfirmed)
        {
            // The settlement has reported it, and nothing more can be done about the message.
        }
        catch (Exception exception)
        {
            Log.HandlerFailed(connection.Logger, exception, entity, message.MessageId, message.SequenceNumber);
        }
        finally
        {
            if (renewal is not null) connection.Renewals.Remove(renewal);
        }

        if (settlement.IsOpen) await AbandonAsync(settlement);
    }

    // What another sender put into a message must not stop the pump.
    private ReceivedMessage? Read(IDelivery delivery)
    {
        try
        {
            return MessageDecoder.Delivered(delivery.Message, delivery.Tag);
        }
        catch (Exception exception)
        {
            Log.Unreadable(connection.Logger, exception, entity);
            return null;
        }
    }

    private async Task DeadLetterUnreadableAsync(ReceiverChannel channel, IDelivery delivery)
    {
        ReceivedMessage unreadable = new() { LockToken = MessageDecoder.ToLockToken(delivery.Tag) };
        try
        {
            await new MessageSettlement(connection, entity, unreadable, channel, delivery)
                .DeadLetterAsync("UnreadableMessage", "The message does not keep to the AMQP message format.");
        }
        catch (MessagingException)
        {
            // Reported; the message comes back.
        }
    }

    private static async Task AbandonAsync(MessageSettlement settlement)
    {
        try
        {
            await settlement.AbandonAsync();
        }
        catch (MessagingException)
        {
            // The settlement has reported it; the message comes back when its lock runs out.
        }
    }

    private MessageLock? StartRenewing(ReceivedMessage message, MessageSettlement settlement)
    {
        if (maxAutoLockRenewal == TimeSpan.Zero || message.LockToken == Guid.Empty) return null;

        MessageLock renewal = new(connection, message, settlement, maxAutoLockRenewal);
        connection.Renewals.Add(renewal);
        return renewal;
    }
}
