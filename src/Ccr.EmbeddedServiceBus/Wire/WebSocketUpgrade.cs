using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>AMQP over WebSockets: turns an HTTP request for <c>/$servicebus/websocket</c> into a stream of AMQP bytes.</summary>
internal static class WebSocketUpgrade
{
    private const int MaxRequest = 16 * 1024;
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly string[] Subprotocols = ["AMQPWSB10", "amqp"];

    /// <summary>Says whether a connection begins as an HTTP request rather than as AMQP.</summary>
    public static bool IsRequest(ReadOnlySpan<byte> firstBytes) => firstBytes.StartsWith("GET "u8);

    /// <summary>Reads the request and answers it.</summary>
    /// <exception cref="IOException">The request is not for AMQP over WebSockets; the client was told.</exception>
    public static async Task<Stream> RunAsync(Stream stream, byte[] firstBytes, CancellationToken ct)
    {
        var lines = (await ReadRequestAsync(stream, firstBytes, ct)).Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            if (line.Split(':', 2) is [var name, var value])
                headers[name] = value.Trim();
        }

        var path = lines[0].Split(' ') is [_, var target, _] ? Uri.UnescapeDataString(target).TrimEnd('/') : null;
        if (path is not "/$servicebus/websocket")
            throw await RefuseAsync(stream, "404 Not Found", "The path is /$servicebus/websocket.", ct);
        var offered = headers.GetValueOrDefault("Sec-WebSocket-Protocol", string.Empty).Split(',', StringSplitOptions.TrimEntries);
        var chosen = Array.Find(Subprotocols, p => offered.Contains(p, StringComparer.OrdinalIgnoreCase));
        if (chosen is null || !headers.TryGetValue("Sec-WebSocket-Key", out var key))
            throw await RefuseAsync(stream, "400 Bad Request", "This is a WebSocket for AMQPWSB10 or amqp.", ct);

        var answer = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Accept(key)}\r\nSec-WebSocket-Protocol: {chosen}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), ct);
        var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = chosen });
        return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
    }

    private static async Task<string> ReadRequestAsync(Stream stream, byte[] firstBytes, CancellationToken ct)
    {
        var buffer = new byte[MaxRequest];
        firstBytes.CopyTo(buffer, 0);
        var size = firstBytes.Length;
        while (!buffer.AsSpan(0, size).EndsWith("\r\n\r\n"u8))
        {
            var read = size < buffer.Length ? await stream.ReadAsync(buffer.AsMemory(size), ct) : 0;
            if (read == 0)
                throw await RefuseAsync(stream, "400 Bad Request", "The request is incomplete or too long.", ct);
            size += read;
        }

        return Encoding.ASCII.GetString(buffer, 0, size);
    }

    private static async Task<IOException> RefuseAsync(Stream stream, string status, string reason, CancellationToken ct)
    {
        var answer = $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {reason.Length}\r\n\r\n{reason}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), ct);
        return new IOException(reason);
    }

#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1 here; it protects nothing
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
#pragma warning restore CA5350
}
