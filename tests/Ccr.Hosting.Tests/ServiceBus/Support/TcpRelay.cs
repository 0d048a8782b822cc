using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ccr.Hosting.Tests.ServiceBus.Support;

/// <summary>
/// A network that can fail: passes bytes between clients and one local port, and can cut, freeze or refuse connections. It knows nothing of what it
/// passes, save that it can stand in for an HTTP proxy (CONNECT).
/// </summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopped = new();
    private readonly List<Socket> _sockets = [];
    private readonly Lock _gate = new();
    private readonly string? _proxyCredentials;
    private volatile bool _isFrozen;
    private volatile bool _isMute;
    private volatile bool _isRefusing;
    private int _accepted;
    private int _open;
    private int _dropped;

    /// <param name="target">The local port to connect to; of a proxy, the client names it.</param>
    /// <param name="proxyCredentials">Makes this a proxy; "user:password" must be shown, "" means none.</param>
    public TcpRelay(int target = 0, string? proxyCredentials = null)
    {
        Target = target;
        _proxyCredentials = proxyCredentials;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Target { get; set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Connections that are open now.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>How often something was not passed on, since it is frozen or mute.</summary>
    public int Dropped => Volatile.Read(ref _dropped);

    /// <summary>What clients asked of the proxy.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Resets every connection.</summary>
    public void Cut()
    {
        lock (_gate)
        {
            foreach (var socket in _sockets) socket.Close(timeout: 0);
            _sockets.Clear();
        }
    }

    /// <summary>Passes nothing on any more, but leaves connections open: a cable pulled.</summary>
    public void Freeze() => _isFrozen = true;

    /// <summary>Passes nothing back to clients any more; what they send still arrives.</summary>
    public void Mute() => _isMute = true;

    /// <summary>The same as soon as a client has sent this text.</summary>
    public string? MuteAfter { get; set; }

    /// <summary>Resets every connection and each new one.</summary>
    public void Refuse()
    {
        _isRefusing = true;
        Cut();
    }

    /// <summary>Works again.</summary>
    public void Restore() => (_isFrozen, _isMute, _isRefusing) = (false, false, false);

    /// <summary>Waits until something is so; the test's time-out ends a wait for what never comes.</summary>
    public async Task WaitUntilAsync(Predicate<TcpRelay> condition, CancellationToken cancellationToken)
    {
        while (!condition(this)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, cancellationToken);
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
                if (_isRefusing) client.Dispose();
                else _ = ServeAsync(client);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Socket server = new(SocketType.Stream, ProtocolType.Tcp);
        Interlocked.Increment(ref _open);
        lock (_gate) _sockets.AddRange(client, server);
        try
        {
            if (_proxyCredentials is not null && !await ConnectAsync(client)) return;
            await server.ConnectAsync(IPAddress.Loopback, Target);
            await Task.WhenAny(PassAsync(client, server, () => false), PassAsync(server, client, () => _isMute));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
            Interlocked.Decrement(ref _open);
        }
    }

    private async Task<bool> ConnectAsync(Socket client)
    {
        StringBuilder head = new();
        var buffer = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await client.ReceiveAsync(buffer) == 0) return false;
            head.Append((char)buffer[0]);
        }

        var lines = head.ToString().Split("\r\n");
        lock (_gate) Requests.Add(lines[0]);
        var expected = Convert.ToBase64String(Encoding.ASCII.GetBytes(_proxyCredentials!));
        if (_proxyCredentials!.Length > 0 && !lines.Contains($"Proxy-Authorization: Basic {expected}"))
        {
            await client.SendAsync(
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"corp\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            return false;
        }

        Target = int.Parse(lines[0].Split(' ')[1].Split(':')[1]);
        await client.SendAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
        return true;
    }

    private async Task PassAsync(Socket from, Socket to, Func<bool> isMute)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReceiveAsync(buffer) is > 0 and var count)
        {
            if (MuteAfter is { } text && buffer.AsSpan(0, count).IndexOf(Encoding.ASCII.GetBytes(text)) >= 0) Mute();
            if (_isFrozen || isMute()) Interlocked.Increment(ref _dropped);
            else await to.SendAsync(buffer.AsMemory(0, count));
        }
    }
}
