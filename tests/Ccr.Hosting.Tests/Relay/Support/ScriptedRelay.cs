using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ccr.Hosting.Relay;

namespace Ccr.Hosting.Tests.Relay.Support;

/// <summary>Takes TCP connections and reads the head of what comes; the rest is up to the test.</summary>
internal sealed class ScriptedRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public ScriptedRelay() => _listener.Start();

    public Uri Endpoint => new($"http://{_listener.LocalEndpoint}/hq");

    public RelayOptions Options => new() { Endpoint = Endpoint, KeyName = "key", Key = "a secret key" };

    /// <summary>The next connection, of which nothing was read.</summary>
    public Task<TcpClient> NextTcpAsync() => _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>The next connection.</summary>
    public async Task<Incoming> NextAsync()
    {
        var client = await NextTcpAsync();
        var stream = client.GetStream();
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, TestContext.Current.CancellationToken) == 1)
            head.Append((char)one[0]);
        return new Incoming(client, head.ToString());
    }

    /// <summary>The next connection, as a control channel.</summary>
    public async Task<ScriptedChannel> NextChannelAsync() => await (await NextAsync()).AcceptAsync();

    public void Dispose() => _listener.Dispose();
}

/// <summary>A connection whose first request's head was read.</summary>
internal sealed class Incoming(TcpClient client, string head) : IDisposable
{
    public string Head => head;

    public NetworkStream Stream => client.GetStream();

    public string? Header(string name) => head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))
        ?[(name.Length + 2)..];

    public async Task AnswerAsync(string statusAndHeaders, string body = "")
    {
        await Stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 {statusAndHeaders}\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}"),
            TestContext.Current.CancellationToken);
        Dispose();
    }

    public async Task<ScriptedChannel> AcceptAsync()
    {
        // RFC 6455 prescribes SHA-1 here; it protects nothing.
#pragma warning disable CA5350
        var accept = Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(Header("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        await Stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"),
            TestContext.Current.CancellationToken);
        return new ScriptedChannel(this, WebSocket.CreateFromStream(Stream, new WebSocketCreationOptions { IsServer = true }));
    }

    public void Dispose() => client.Dispose();
}

/// <summary>A WebSocket of a listener.</summary>
internal sealed class ScriptedChannel(Incoming incoming, WebSocket socket) : IDisposable
{
    public Incoming Incoming => incoming;

    public WebSocketCloseStatus? CloseStatus => socket.CloseStatus;

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Binary, bool isEnd = true) =>
        socket.SendAsync(bytes, type, isEnd, TestContext.Current.CancellationToken);

    /// <summary>Sends a request as the relay does.</summary>
    public Task RequestAsync(string id, bool hasBody = false, string? address = null) => SendAsync(new JsonObject
    {
        ["request"] = new JsonObject
        {
            ["address"] = address,
            ["id"] = id,
            ["requestTarget"] = "/hq/x",
            ["method"] = "POST",
            ["requestHeaders"] = new JsonObject { ["X-Own"] = "kept" },
            ["body"] = hasBody,
        },
    }.ToJsonString());

    /// <summary>The next message, its text or the hexadecimal digits of its bytes; null when the listener closes.</summary>
    public async Task<string?> ReceiveAsync()
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            bytes.Write(buffer, 0, part.Count);
            if (!part.EndOfMessage) continue;
            return part.MessageType == WebSocketMessageType.Text ? Encoding.UTF8.GetString(bytes.ToArray()) : Convert.ToHexString(bytes.ToArray());
        }
    }

    /// <summary>The next answer: whose and which.</summary>
    public async Task<(string Id, int Status, bool HasBody)> ReceiveAnswerAsync()
    {
        var answer = JsonNode.Parse((await ReceiveAsync())!)!["response"]!;
        return ((string)answer["requestId"]!, (int)answer["statusCode"]!, (bool)answer["body"]!);
    }

    public Task CloseAsync(WebSocketCloseStatus status) => socket.CloseOutputAsync(status, null, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        socket.Dispose();
        incoming.Dispose();
    }
}
