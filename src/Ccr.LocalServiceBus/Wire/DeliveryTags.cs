using Amqp.Framing;
using Amqp.Handler;

namespace Ccr.LocalServiceBus.Wire;

/// <summary>Adjusts what the AMQP library sends where Service Bus differs.</summary>
internal sealed class DeliveryTags : IHandler
{
    public static readonly DeliveryTags Instance = new();

    /// <inheritdoc/>
    public bool CanHandle(EventId id) => id is EventId.SendDelivery or EventId.ConnectionRemoteOpen;

    /// <inheritdoc/>
    public void Handle(Event protocolEvent)
    {
        // The delivery tag is the lock token, in the byte order of Guid.ToByteArray.
        if (protocolEvent.Context is IDelivery { Message: OutgoingMessage message } delivery)
            delivery.Tag = message.LockToken.ToByteArray();

        // The library sends an empty frame only after the whole of the peer's idle time-out, which is a race.
        if (protocolEvent is { Id: EventId.ConnectionRemoteOpen, Context: Open { IdleTimeOut: > 1 } open })
            open.IdleTimeOut /= 2;
    }
}
