using EventId = Amqp.Handler.EventId;
using Amqp.Handler;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>Adjusts what the AMQP library sends where Service Bus differs.</summary>
internal sealed class ProtocolHandler : IHandler
{
    public static readonly ProtocolHandler Instance = new();

    /// <summary>The least that the protocol allows a peer to ask for.</summary>
    private const uint SmallestFrame = 512;

    public bool CanHandle(EventId id) => id is EventId.SendDelivery or EventId.ConnectionRemoteOpen;

    public void Handle(Event protocolEvent)
    {
        // The delivery tag is the lock token, in the byte order of Guid.ToByteArray.
        if (protocolEvent.Context is IDelivery { Message: OutgoingMessage message } delivery)
            delivery.Tag = message.LockToken.ToByteArray();

        // The library sends an empty frame only after the whole of the peer's idle time-out, which is a race.
        if (protocolEvent is { Id: EventId.ConnectionRemoteOpen, Context: Open open })
        {
            if (open.IdleTimeOut > 1)
                open.IdleTimeOut /= 2;
            // Frames too small for a transfer's own fields would send the library round for ever.
            open.MaxFrameSize = Math.Max(open.MaxFrameSize, SmallestFrame);
        }
    }
}
