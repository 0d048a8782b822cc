using System.Buffers;
using System.Net.WebSockets;

namespace Ccr.Hosting.Relay;

/// <summary>What came over a channel: a command with its body, or that it is closed. A command that cannot be read is null.</summary>
internal readonly record struct RelayArrival(bool IsClosed, RelayCommand? Command, ReadOnlyMemory<byte> Body, BodyState BodyState);

internal enum BodyState
{
    Complete,
    TooLarge,
    Missing,
}

/// <summary>One WebSocket to the relay: a control channel or a rendezvous.</summary>
internal sealed class RelayChannel(WebSocket socket) : IDisposable
{
    /// <summary>So much beyond the limit is read and dropped, so that the sender can be told; beyond that the channel ends.</summary>
    private const int MaxDroppedBytes = 16 * 1024 * 1024;

    private readonly SemaphoreSlim _sending = new(1);
    private readonly byte[] _buffer = new byte[16 * 1024];

    /// <summary>A command that came where a body was to come.</summary>
    private Message? _ahead;

    /// <summary>Why the relay closed it; null while it has not, or if it broke.</summary>
    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    /// <summary>Reads the next command, and its body.</summary>
    public async Task<RelayArrival> ReceiveAsync(int maxBody, CancellationToken cancellationToken)
    {
        var frame = _ahead ?? await ReadAsync(RelayFrames.MaxCommandBytes, cancellationToken);
        _ahead = null;
        if (frame.Type == WebSocketMessageType.Close) return new RelayArrival(true, null, default, default);

        var command = frame is { Type: WebSocketMessageType.Text, IsTooLarge: false } ? RelayFrames.Read(frame.Bytes) : null;
        if (command is not RelayCommand.Request { HasBody: true }) return new RelayArrival(false, command, default, default);

        var body = await ReadAsync(maxBody, cancellationToken);
        if (body.Type == WebSocketMessageType.Binary)
            return new RelayArrival(false, command, body.Bytes, body.IsTooLarge ? BodyState.TooLarge : BodyState.Complete);
        _ahead = body;
        return new RelayArrival(false, command, default, BodyState.Missing);
    }

    /// <summary>Sends a command and its body, which nothing else may come between.</summary>
    public async Task SendAsync(byte[] command, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(command, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
            if (!body.IsEmpty) await socket.SendAsync(body, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Says that nothing more is sent; whoever reads then sees the relay's own close.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Whoever waits to send finds a closed socket. The semaphore holds nothing that needs to be given back.
        socket.Dispose();
    }

    private async Task<Message> ReadAsync(int limit, CancellationToken cancellationToken)
    {
        var bytes = new ArrayBufferWriter<byte>();
        for (long size = 0; ;)
        {
            var part = await socket.ReceiveAsync(_buffer.AsMemory(), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close) return new Message(part.MessageType, default, false);
            size += part.Count;
            if (size > limit + MaxDroppedBytes) throw new WebSocketException(WebSocketError.InvalidState, "a message without an end");
            if (size <= limit) bytes.Write(_buffer.AsSpan(0, part.Count));
            if (part.EndOfMessage) return new Message(part.MessageType, size <= limit ? bytes.WrittenMemory : default, size > limit);
        }
    }

    private sealed record Message(WebSocketMessageType Type, ReadOnlyMemory<byte> Bytes, bool IsTooLarge);
}
