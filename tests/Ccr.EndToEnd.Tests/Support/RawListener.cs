using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Ccr.EndToEnd.Tests.Support;

/// <summary>
/// A TCP listener that keeps every byte it gets and answers each connection with the same bytes, or closes it without any. It knows no HTTP, so what it
/// counts is what was on the wire.
/// </summary>
internal sealed class RawListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _requests = [];
    private readonly string _answer;
    private readonly Task _loop;

    public RawListener(string answer)
    {
        _answer = answer;
        _listener.Start();
        _loop = AcceptAsync();
    }

    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public IReadOnlyList<string> Requests
    {
        get { lock (_requests) return [.. _requests]; }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(client.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0) break;
            request.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        lock (_requests) _requests.Add(request.ToString());
        await stream.WriteAsync(Encoding.ASCII.GetBytes(_answer), _stop.Token);
    }
}
