using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Hosting;

namespace Ccr.Agent.Status;

/// <summary>
/// Answers GET <c>/health</c> and <c>/status</c> on the loopback address, and nothing else. A web server would take more memory than all the rest of
/// the agent.
/// </summary>
internal sealed class StatusServer(StatusReport report, AgentOptions options, TimeProvider time, ILogger<StatusServer> logger) : BackgroundService
{
    private const int LongestRequest = 8 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private TcpListener? _listener;

    /// <summary>The port that it listens on, when it does.</summary>
    public int? Port => (_listener?.LocalEndpoint as IPEndPoint)?.Port;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.StatusPort >= 0)
        {
            try
            {
                _listener = new TcpListener(IPAddress.Loopback, options.StatusPort);
                _listener.Start(backlog: 8);
                Log.StatusPage(logger, Port!.Value);
            }
            catch (SocketException fault)
            {
                throw new AgentException(AgentReasons.CannotListen, $"port {options.StatusPort}: {fault.Message}", fault);
            }
        }

        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _listener?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // One at a time is enough for who looks at one agent, and cannot be made to cost anything.
        while (_listener is not null)
        {
            using var client = await _listener.AcceptTcpClientAsync(stoppingToken);
            using var patience = new CancellationTokenSource(Patience, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
            try
            {
                await AnswerAsync(client.GetStream(), either.Token);
            }
            catch (Exception fault) when (
                fault is IOException or SocketException || (fault is OperationCanceledException && !stoppingToken.IsCancellationRequested))
            {
                // Whoever asked went away, or said nothing.
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                // Nobody's look at the agent may end it.
                Log.StatusFailed(logger, fault);
            }
        }
    }

    private async Task AnswerAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var lines = (await ReadAsync(stream, cancellationToken)).Split("\r\n");
        var (status, body) = lines[0].Split(' ') is ["GET", var path, _] && IsForLoopback(lines)
            ? path switch
            {
                "/health" => report.Health(),
                "/status" => (200, await report.StatusAsync(cancellationToken)),
                _ => (404, []),
            }
            : (400, []);
        var head = $"HTTP/1.1 {status} {(HttpStatusCode)status}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {body.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), cancellationToken);
        await stream.WriteAsync(body, cancellationToken);
    }

    /// <summary>
    /// A web page can have its own host name point to this address and make a browser on this computer send requests; so other host names are refused.
    /// </summary>
    private static bool IsForLoopback(string[] lines) => lines.Any(line =>
        line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase)
        && line[5..].Trim().Split(':')[0] is "127.0.0.1" or "localhost");

    private static async Task<string> ReadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            var count = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            if (count == 0) break;
            length += count;
        }

        return Encoding.ASCII.GetString(buffer, 0, length);
    }
}
