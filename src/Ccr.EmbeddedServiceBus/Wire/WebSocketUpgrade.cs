using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>AMQP over WebSockets: turns an HTTP request for <c>/$servicebus/websocket</c> into a stream of AMQP bytes.</summary>
internal static class WebSocketUpgrade
{
    private const string Path = "/$servicebus/websocket";
    private const int MaxRequest = 16 * 1024;
    private const string HandshakeGuid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static readonly string[] Methods = ["GET ", "PUT ", "POST ", "DELETE ", "HEAD ", "OPTIONS ", "PATCH "];
    private static readonly string[] Subprotocols = ["AMQPWSB10", "amqp"];

    /// <summary>Says whether a connection begins as an HTTP request rather than as AMQP.</summary>
    public static bool IsRequest(byte[] firstBytes) =>
        Array.Exists(Methods, m => Encoding.ASCII.GetString(firstBytes).StartsWith(m, StringComparison.Ordinal));

    /// <summary>Reads the request, of which the first bytes are here already, and answers it.</summary>
    /// <exception cref="IOException">The request is not for AMQP over WebSockets, or comes from a web page; the client was told.</exception>
    public static async Task<Stream> RunAsync(Stream stream, byte[] firstBytes, IPAddress listensOn, CancellationToken ct)
    {
        var lines = (await ReadHeadAsync(stream, firstBytes, ct)).Split("\r\n");
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            if (line.Split(':', 2) is [var name, var value])
                headers[name] = value.Trim();
        }

        var path = lines[0].Split(' ') is [_, var target, _] ? Uri.UnescapeDataString(target).TrimEnd('/') : null;
        var key = headers.GetValueOrDefault("Sec-WebSocket-Key");
        var offered = headers.GetValueOrDefault("Sec-WebSocket-Protocol", string.Empty).Split(',', StringSplitOptions.TrimEntries);
        var chosen = Array.Find(Subprotocols, p => offered.Contains(p, StringComparer.OrdinalIgnoreCase));
        if (Refusal(path, key, chosen, headers, listensOn) is { } refusal)
            throw await RefuseAsync(stream, refusal.Status, refusal.Reason, ct);

        var answer = $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Accept(key!)}\r\nSec-WebSocket-Protocol: {chosen}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), ct);
        var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, SubProtocol = chosen });
        return WebSocketStream.Create(socket, WebSocketMessageType.Binary, ownsWebSocket: true);
    }

    /// <summary>Says why a request is not served; null if it is.</summary>
    private static (string Status, string Reason)? Refusal(string? path, string? key, string? chosen, Dictionary<string, string> headers, IPAddress listensOn)
    {
        // A browser lets any web page open a WebSocket to this machine, and names the page; SDKs send no Origin.
        if (headers.TryGetValue("Origin", out var origin))
            return ("403 Forbidden", $"This broker does not serve web pages (Origin: {origin}).");
        // A page could otherwise reach the broker under a name of its own that resolves to this machine.
        if (!IsOwnHost(headers.GetValueOrDefault("Host", string.Empty), listensOn))
            return ("403 Forbidden", $"Connect to localhost, a loopback address or {listensOn}, not to '{headers.GetValueOrDefault("Host")}'.");
        if (key is null && path is not Path)
        {
            return (
                "501 Not Implemented",
                "This broker has no administration over HTTP: its entities are those of its configuration (Config.json), read at its start.");
        }

        if (path is not Path)
            return ("404 Not Found", $"The WebSocket's path is {Path}.");
        return key is null || chosen is null ? ("400 Bad Request", "This is a WebSocket for AMQPWSB10 or amqp.") : null;
    }

    private static bool IsOwnHost(string host, IPAddress listensOn)
    {
        var port = host.LastIndexOf(':');
        var name = port > host.LastIndexOf(']') ? host[..port] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var address) && (IPAddress.IsLoopback(address) || address.Equals(listensOn)));
    }

    private static async Task<string> ReadHeadAsync(Stream stream, byte[] firstBytes, CancellationToken ct)
    {
        var buffer = new byte[MaxRequest];
        firstBytes.CopyTo(buffer, 0);
        var size = firstBytes.Length;
        int end;
        while ((end = buffer.AsSpan(0, size).IndexOf("\r\n\r\n"u8)) < 0)
        {
            var read = size < buffer.Length ? await stream.ReadAsync(buffer.AsMemory(size), ct) : 0;
            if (read == 0)
                throw await RefuseAsync(stream, "400 Bad Request", "The request is incomplete or too long.", ct);
            size += read;
        }

        return Encoding.ASCII.GetString(buffer, 0, end);
    }

    /// <summary>Answers, and reads what the client still sends: closing on unread bytes would take the answer from it.</summary>
    private static async Task<IOException> RefuseAsync(Stream stream, string status, string reason, CancellationToken ct)
    {
        var answer = $"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: {reason.Length}\r\n\r\n{reason}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), ct);
        var rest = new byte[MaxRequest];
        var left = 64;
        while (left > 0 && await stream.ReadAsync(rest, ct) > 0)
            left--;
        return new IOException(reason);
    }

#pragma warning disable CA5350 // RFC 6455 prescribes SHA-1 here; it protects nothing
    private static string Accept(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeGuid)));
#pragma warning restore CA5350
}
