using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Ccr.Core.Tests.ManagementPoints;

/// <summary>
/// A fake on a bare TCP listener, for counting what really is on the wire. It knows no HTTP beyond "a request ends with an empty line": every
/// connection is handed to a script, which reads and writes as it likes.
/// </summary>
internal sealed class RawManagementPoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<RawConnection, Task>[] _scripts;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly List<Task> _connections = [];
    private readonly List<string> _requests = [];
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RawManagementPoint(Func<RawConnection, Task>[] scripts, SslServerAuthenticationOptions? tls)
    {
        _scripts = scripts;
        _tls = tls;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address =>
        new($"{(_tls is null ? "http" : "https")}://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Every request that arrived whole, as its bytes were.</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (_gate) return [.. _requests]; }
    }

    public int Connections
    {
        get { lock (_gate) return _connections.Count; }
    }

    /// <summary>Starts one; the nth connection gets the nth script, and the last script all further ones.</summary>
    public static RawManagementPoint Start(params Func<RawConnection, Task>[] scripts) => new(scripts, tls: null);

    public static RawManagementPoint StartTls(SslServerAuthenticationOptions tls, params Func<RawConnection, Task>[] scripts) =>
        new(scripts, tls);

    /// <summary>Waits until so many whole requests have arrived.</summary>
    public async Task WaitForRequestsAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (_requests.Count >= count) return;
                arrival = _arrival.Task;
            }

            await arrival.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _stopping.Dispose();
    }

    internal void Record(string request)
    {
        lock (_gate)
        {
            _requests.Add(request);
            _arrival.SetResult();
            _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                lock (_gate) _connections.Add(ServeAsync(socket, _scripts[Math.Min(_connections.Count, _scripts.Length - 1)]));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException && _stopping.IsCancellationRequested)
        {
            // Disposed: the listener says so in one way or the other, by which of its two ends comes first.
        }
    }

    private async Task ServeAsync(Socket socket, Func<RawConnection, Task> script)
    {
        await Task.Yield();
        try
        {
            await using Stream network = new NetworkStream(socket, ownsSocket: true);
            await using var stream = _tls is null ? network : new SslStream(network);
            if (stream is SslStream tls) await tls.AuthenticateAsServerAsync(_tls!, _stopping.Token);
            await script(new RawConnection(this, socket, stream, _stopping.Token));
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or ObjectDisposedException)
        {
            // The client went away, or the test is over: that is what the tests are about.
        }
    }
}

/// <summary>One connection, as a script sees it.</summary>
internal sealed class RawConnection(RawManagementPoint point, Socket socket, Stream stream, CancellationToken stopping)
{
    public const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    private readonly byte[] _byte = new byte[1];

    public CancellationToken Stopping => stopping;

    public long Written { get; private set; }

    /// <summary>Reads one request to its empty line; false when the client closed the connection before.</summary>
    public async Task<bool> ReadRequestAsync()
    {
        var request = new StringBuilder();
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(_byte, stopping) == 0) return false;
            request.Append((char)_byte[0]);
        }

        point.Record(request.ToString());
        return true;
    }

    /// <summary>Waits until the client has begun to send, and reads no more of it than that takes.</summary>
    public async Task ReadFirstByteAsync() => await stream.ReadExactlyAsync(_byte, stopping);

    public async Task WriteAsync(string text)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stopping);
        await stream.FlushAsync(stopping);
        Written += text.Length;
    }

    /// <summary>Reads each request and answers it, until the client closes the connection.</summary>
    public async Task AnswerAsync(params string[] answers)
    {
        for (var n = 0; await ReadRequestAsync(); n++) await WriteAsync(answers[Math.Min(n, answers.Length - 1)]);
    }

    /// <summary>Waits until the client closes the connection.</summary>
    public async Task WaitForCloseAsync()
    {
        while (await stream.ReadAsync(_byte, stopping) > 0)
        {
        }
    }

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }
}
