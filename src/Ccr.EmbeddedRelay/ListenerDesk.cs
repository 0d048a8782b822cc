using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Ccr.EmbeddedRelay;

/// <summary>Serves the WebSockets of listeners.</summary>
internal sealed class ListenerDesk(EmbeddedRelayOptions options, TokenDesk tokens)
{
    /// <summary>The largest message over a control channel: larger answers take a rendezvous.</summary>
    private const int MaxOverControl = 64 * 1024;

    private const int MaxOverRendezvous = 16 * 1024 * 1024;

    public async Task ListenAsync(HttpContext context, HybridConnection connection, Pass pass)
    {
        if (!connection.TryTakePlace())
        {
            await SenderDesk.RefuseAsync(context, 429, "This hybrid connection has 25 listeners already.");
            return;
        }

        try
        {
            using var listener = new ListenerSocket(await context.WebSockets.AcceptWebSocketAsync(), context, MaxOverControl);
            await ServeAsync(listener, context, connection, pass);
        }
        finally
        {
            connection.GiveBackPlace();
        }
    }

    /// <summary>Lets a listener meet the request whose address it has.</summary>
    public static async Task MeetAsync(HttpContext context, HybridConnection connection, string secret)
    {
        using var rendezvous = new ListenerSocket(await context.WebSockets.AcceptWebSocketAsync(), context, MaxOverRendezvous);
        connection.AddRendezvous(rendezvous);
        try
        {
            if (connection.TryMeet(secret, rendezvous)) await ReadAsync(rendezvous, connection, _ => Task.CompletedTask, context.RequestAborted);
        }
        finally
        {
            connection.RemoveRendezvous(rendezvous);
        }
    }

    private async Task ServeAsync(ListenerSocket listener, HttpContext context, HybridConnection connection, Pass pass)
    {
        connection.AddListener(listener);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var end = new TokenEnd(pass.End);
        var expiry = CloseAtEndAsync(listener, connection, end, ended.Token);
        try
        {
            await ReadAsync(listener, connection, async token =>
            {
                var renewed = tokens.Check(token, connection.Name, isListener: true);
                if (renewed.Refusal == 0) end.Time = renewed.End;
                else await ExpelAsync(listener, connection);
            }, context.RequestAborted);
        }
        finally
        {
            connection.RemoveListener(listener);
            await ended.CancelAsync();
            await expiry.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task ReadAsync(ListenerSocket socket, HybridConnection connection, Func<string, Task> renew, CancellationToken cancellationToken)
    {
        try
        {
            while (await socket.ReceiveAsync(cancellationToken) is (true, var command, var body))
            {
                if (command is ListenerCommand.Answer answer) connection.Answer(new ListenerAnswer(answer, body));
                else if (command is ListenerCommand.Renewal renewal) await renew(renewal.Token);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "");
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            // It broke, or it sent what is no WebSocket frame.
        }
    }

    private static Task ExpelAsync(ListenerSocket listener, HybridConnection connection)
    {
        connection.RemoveListener(listener);
        return listener.CloseAsync(WebSocketCloseStatus.PolicyViolation, "The token is not good any more.");
    }

    private async Task CloseAtEndAsync(ListenerSocket listener, HybridConnection connection, TokenEnd end, CancellationToken cancellationToken)
    {
        while (end.Time - options.TimeProvider.GetUtcNow() is var left && left > TimeSpan.Zero)
            await Task.Delay(left, options.TimeProvider, cancellationToken);
        await ExpelAsync(listener, connection);
    }

    /// <summary>Until when a listener's token is good; a new token moves it.</summary>
    private sealed class TokenEnd(DateTimeOffset time)
    {
        public DateTimeOffset Time { get; set; } = time;
    }
}
