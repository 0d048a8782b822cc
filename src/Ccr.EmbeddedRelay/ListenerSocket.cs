using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ccr.EmbeddedRelay;

/// <summary>A WebSocket that a listener opened: its control channel or a rendezvous.</summary>
/// <param name="socket">The socket.</param>
/// <param name="context">The request that opened it.</param>
/// <param name="maxMessage">The largest message that is read.</param>
internal sealed class ListenerSocket(WebSocket socket, HttpContext context, int maxMessage) : IDisposable
{
    // The context itself is used again by the server as soon as it is done with the socket.
    private readonly CancellationToken _broken = context.RequestAborted;
    private readonly IConnectionLifetimeFeature _connection = context.Features.GetRequiredFeature<IConnectionLifetimeFeature>();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly byte[] _buffer = new byte[16 * 1024];

    /// <summary>A command that came where a body was to come.</summary>
    private byte[]? _ahead;

    /// <summary>How the listener calls this relay.</summary>
    public string Host { get; } = context.Request.Host.Value ?? "";

    public bool IsOpen => socket.State == WebSocketState.Open;

    /// <summary>Reads the next command with its body; both are null if it cannot be read. False when the socket is closed.</summary>
    public async Task<(bool IsOpen, ListenerCommand? Command, byte[] Body)> ReceiveAsync(CancellationToken cancellationToken)
    {
        var (type, frame) = _ahead is null ? await ReadAsync(cancellationToken) : (WebSocketMessageType.Text, _ahead);
        _ahead = null;
        if (type == WebSocketMessageType.Close) return (false, null, []);
        var command = type == WebSocketMessageType.Text ? Frames.Read(frame) : null;
        if (command is not ListenerCommand.Answer { HasBody: true }) return (true, command, []);

        (type, var body) = await ReadAsync(cancellationToken);
        if (type == WebSocketMessageType.Binary) return (true, command, body);
        _ahead = type == WebSocketMessageType.Text ? body : null;
        return (type != WebSocketMessageType.Close, null, []);
    }

    /// <summary>Sends a command and its body, which nothing else may come between. The body goes in as many parts as it comes in.</summary>
    public async Task SendAsync(byte[] command, Stream? body, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            // A sender that gives up must not break the listener's connection, which is what cancelling a WebSocket does.
            await socket.SendAsync(command, WebSocketMessageType.Text, endOfMessage: true, _broken);
            if (body is not null) await SendBodyAsync(body, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Closes with a status; whoever reads goes on until the listener has closed too.</summary>
    public async Task CloseAsync(WebSocketCloseStatus status, string description)
    {
        try
        {
            await _sending.WaitAsync(_broken);
            try
            {
                await socket.CloseOutputAsync(status, description, _broken);
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // It is gone already.
        }
    }

    /// <summary>Breaks the connection, without a word.</summary>
    public void Cut() => _connection.Abort();

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private async Task SendBodyAsync(Stream body, CancellationToken cancellationToken)
    {
        var part = new byte[_buffer.Length];
        try
        {
            for (var size = 1; size > 0;)
            {
                size = await body.ReadAsync(part, cancellationToken);
                await socket.SendAsync(part.AsMemory(0, size), WebSocketMessageType.Binary, endOfMessage: size == 0, _broken);
            }
        }
        catch
        {
            // The listener must not take half a body for a whole one.
            Cut();
            throw;
        }
    }

    private async Task<(WebSocketMessageType Type, byte[] Bytes)> ReadAsync(CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        while (true)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close) return (part.MessageType, []);
            bytes.Write(_buffer, 0, part.Count);
            if (bytes.Length > maxMessage)
            {
                await CloseAsync(WebSocketCloseStatus.MessageTooBig, $"more than {maxMessage} bytes");
                return (WebSocketMessageType.Close, []);
            }

            if (part.EndOfMessage) return (part.MessageType, bytes.ToArray());
        }
    }
}
