using System.Net.Sockets;
using Amqp.Framing;
using Amqp.Handler;

namespace Ccr.ServiceBus.Transports;

/// <summary>Hears what the AMQP library tells only its event handler, for one connection.</summary>
internal sealed class WireEvents : IHandler
{
    /// <summary>The socket, while a TCP connection is being opened.</summary>
    public Socket? Socket { get; private set; }

    /// <inheritdoc/>
    public bool CanHandle(EventId id) => id
        is EventId.ReceiveDelivery or EventId.DeliveryStateChanged
        or EventId.ConnectionRemoteOpen or EventId.SocketConnect;

    /// <inheritdoc/>
    public void Handle(Event protocolEvent)
    {
        switch (protocolEvent.Id)
        {
            case EventId.ReceiveDelivery when protocolEvent.Link is PeekLockLink link:
                link.OnReceived((IDelivery)protocolEvent.Context);
                break;
            case EventId.DeliveryStateChanged when protocolEvent.Link is PeekLockLink link:
                link.OnStateChanged((IDelivery)protocolEvent.Context);
                break;
            case EventId.ConnectionRemoteOpen:
                HalveIdleTimeout((Open)protocolEvent.Context);
                break;
            case EventId.SocketConnect:
                Socket = (Socket)protocolEvent.Context;
                break;
            default:
                break;
        }
    }

    // The library sends its empty frame only when the peer's whole time-out has passed, which is a race with the peer.
    private static void HalveIdleTimeout(Open open)
    {
        if (open.IdleTimeOut > 1) open.IdleTimeOut /= 2;
    }
}
