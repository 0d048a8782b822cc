using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>Accepts clients, each on its own: a slow or hostile one holds up nobody else.</summary>
internal sealed class ConnectionAcceptor : TransportProvider, IAsyncDisposable
{
    public const string Scheme = "broker";

    private const byte TlsHandshake = 0x16;

    /// <summary>How long a client takes is real time: a jump of the broker's clock must not cut connections.</summary>
    private static readonly TimeProvider NetworkTime = TimeProvider.System;

    private readonly EmbeddedBrokerOptions _options;
    private readonly ILogger _log;
    private readonly Socket _listener;
    private readonly UnfinishedBytes _unfinished = new(256L << 20);
    private readonly Channel<IAsyncTransport> _ready = Channel.CreateUnbounded<IAsyncTransport>();
    private readonly ConnectionRegistry _connections;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public ConnectionAcceptor(EmbeddedBrokerOptions options, ILogger log)
    {
        (_options, _log) = (options, log);
        AddressSchemes = [Scheme];
        _listener = new Socket(options.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Listen();
        _connections = new ConnectionRegistry(options, NetworkTime);
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Gives the AMQP library the next client that has introduced itself; stays pending once disposed.</summary>
    public override Task<IAsyncTransport> CreateAsync(Address address) => _ready.Reader.ReadAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _connections.CloseAll();
        _connections.Dispose();
        _stop.Dispose();
    }

    private void Listen()
    {
        try
        {
            _listener.Bind(new IPEndPoint(_options.Address, _options.Port));
            _listener.Listen(512);
        }
        catch (SocketException e)
        {
            _listener.Dispose();
            throw new IOException($"Port {_options.Port} of {_options.Address} cannot be used ({e.Message}); choose another one, or 0 for any.", e);
        }
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptAsync(_stop.Token);
                _ = IntroduceAsync(socket);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                _log.AcceptFailed(e.SocketErrorCode);
            }
        }
    }

    private async Task IntroduceAsync(Socket socket)
    {
        if (!_connections.TryAdd(socket))
        {
            _log.ConnectionRefused(_options.MaxConnections);
            socket.Dispose();
            return;
        }

        Stream stream = new NetworkStream(socket, ownsSocket: true);
        try
        {
            socket.NoDelay = true;
            stream = await SecureAsync(socket, stream);
            var header = new byte[8];
            await stream.ReadExactlyAsync(header, _stop.Token);
            if (WebSocketUpgrade.IsRequest(header))
            {
                stream = await WebSocketUpgrade.RunAsync(stream, header, ((IPEndPoint)socket.LocalEndPoint!).Address, _stop.Token);
                await stream.ReadExactlyAsync(header, _stop.Token);
            }

            header = await SaslHandshake.RunAsync(stream, header, _stop.Token);
            var inspector = new FrameInspector(_options.MaxMessageBytes, _unfinished);
            var transport = new AmqpTransport(stream, header, inspector, NetworkTime, () => _connections.Remove(socket));
            _connections.Introduced(socket, transport);
            _ready.Writer.TryWrite(transport);
        }
        catch (Exception e)
        {
            _log.HandshakeFailed(e.Message);
            _connections.Remove(socket);
            await stream.DisposeAsync();
        }
    }

    /// <summary>Plain and TLS clients share the port: a TLS client's first byte is no AMQP client's.</summary>
    private async Task<Stream> SecureAsync(Socket socket, Stream stream)
    {
        var first = new byte[1];
        await socket.ReceiveAsync(first, SocketFlags.Peek, _stop.Token);
        if (first[0] != TlsHandshake || _options.Certificate is null)
            return stream;
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = _options.Certificate }, _stop.Token);
        return secure;
    }
}
