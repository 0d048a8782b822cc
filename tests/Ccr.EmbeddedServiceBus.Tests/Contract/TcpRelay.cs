using System.Net;
using System.Net.Sockets;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

/// <summary>A network that can fail: passes bytes between clients and one local port, and can cut its connections.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<Socket> _sockets = [];
    private readonly Lock _gate = new();
    private volatile int _target;
    private int _accepted;

    public TcpRelay(int target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string ConnectionString =>
        $"Endpoint=sb://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port};SharedAccessKeyName=any;SharedAccessKey=any;UseDevelopmentEmulator=true";

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Sends every connection from now on to another port.</summary>
    public void MoveTo(int target) => _target = target;

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _sockets)
                socket.Close(timeout: 0);
            _sockets.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopped.CancelAsync();
        _listener.Dispose();
        Cut();
        _stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stopped.Token);
                Interlocked.Increment(ref _accepted);
                _ = ServeAsync(client);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Socket server = new(SocketType.Stream, ProtocolType.Tcp);
        lock (_gate)
            _sockets.AddRange(client, server);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            await Task.WhenAny(PassAsync(client, server), PassAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, or nobody listens there.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }

    private static async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
            await to.SendAsync(buffer.AsMemory(0, count));
    }
}
