using System.Net;
using System.Net.WebSockets;
using Amqp;

namespace Ccr.ServiceBus.Transports;

/// <summary>
/// Carries AMQP over a WebSocket. The library's own provider cannot be cancelled: behind a proxy that never answers it
/// would leave one socket more with every attempt.
/// </summary>
internal sealed class WebSocketProvider : TransportProvider
{
    // Service Bus AMQP: path and subprotocol of the WebSocket binding.
    private const string Path = "/$servicebus/websocket";
    private const string Subprotocol = "amqp";

    private readonly Uri? _proxy;
    private readonly ServerTrust? _trust;
    private readonly CancellationToken _cancellationToken;

    /// <param name="proxy">The HTTP proxy, or null for none.</param>
    /// <param name="trust">Further authorities, or null for the machine's own only.</param>
    /// <param name="cancellationToken">Ends an attempt to connect.</param>
    public WebSocketProvider(Uri? proxy, ServerTrust? trust, CancellationToken cancellationToken)
    {
        _proxy = proxy;
        _trust = trust;
        _cancellationToken = cancellationToken;
        AddressSchemes = ["ws", "wss"];
    }

    /// <inheritdoc/>
    public override async Task<IAsyncTransport> CreateAsync(Address address)
    {
        ClientWebSocket socket = new();
        try
        {
            socket.Options.AddSubProtocol(Subprotocol);
            socket.Options.Proxy = _proxy is null ? null : ProxyFor(_proxy);
            if (_trust is not null) socket.Options.RemoteCertificateValidationCallback = _trust.Validate;
            UriBuilder uri = new(address.Scheme, address.Host, address.Port, Path);
            await socket.ConnectAsync(uri.Uri, _cancellationToken);
            return new WebSocketTransport(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static WebProxy ProxyFor(Uri address)
    {
        var user = address.UserInfo.Split(':', 2);
        return address.UserInfo.Length == 0
            ? new(address) { UseDefaultCredentials = true }
            : new(address)
            {
                Credentials = new NetworkCredential(
                    Uri.UnescapeDataString(user[0]), Uri.UnescapeDataString(user.ElementAtOrDefault(1) ?? "")),
            };
    }

    private sealed class WebSocketTransport(WebSocket socket) : IAsyncTransport
    {
        public void SetConnection(Connection connection)
        {
            // Nothing here needs it.
        }

        public async Task<int> ReceiveAsync(byte[] buffer, int offset, int count)
        {
            while (true)
            {
                var result = await socket.ReceiveAsync(buffer.AsMemory(offset, count), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close) return 0;
                // An empty message is allowed; to the caller zero bytes would mean the end.
                if (result.Count > 0) return result.Count;
            }
        }

        public async Task SendAsync(IList<ByteBuffer> bufferList, int listSize)
        {
            foreach (var buffer in bufferList)
            {
                await socket.SendAsync(
                    buffer.Buffer.AsMemory(buffer.Offset, buffer.Length), WebSocketMessageType.Binary,
                    endOfMessage: true, CancellationToken.None);
            }
        }

        public void Close() => socket.Dispose();

        public void Send(ByteBuffer buffer) => SendAsync([buffer], buffer.Length).GetAwaiter().GetResult();

        public int Receive(byte[] buffer, int offset, int count) =>
            ReceiveAsync(buffer, offset, count).GetAwaiter().GetResult();
    }
}
