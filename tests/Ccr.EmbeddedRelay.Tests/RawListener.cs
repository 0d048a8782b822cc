using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>A listener that does what a test tells it, and nothing else.</summary>
internal sealed class RawListener : IDisposable
{
    private readonly ClientWebSocket _socket;

    private RawListener(ClientWebSocket socket) => _socket = socket;

    /// <summary>Opens a control channel, and waits until the relay hands requests to it: the WebSocket is open a moment before.</summary>
    public static async Task<RawListener> ListenAsync(Parties parties, string? token = null, string query = "sb-hc-action=listen")
    {
        var address = new Uri($"ws://{parties.Relay.Address.Authority}/$hc/hq?{query}");
        var listener = await OpenAsync(address, token ?? Token(parties.ToListen, TimeSpan.FromHours(1)));
        await Eventually.IsTrueAsync(() => parties.Relay.CountListeners(Parties.Hq) > 0);
        return listener;
    }

    public static async Task<RawListener> OpenAsync(Uri address, string? token = null, string? header = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null) socket.Options.SetRequestHeader("ServiceBusAuthorization", token);
        if (header is not null) socket.Options.SetRequestHeader(header.Split(':')[0], header.Split(':', 2)[1]);
        try
        {
            await socket.ConnectAsync(address, TestContext.Current.CancellationToken);
            return new RawListener(socket);
        }
        catch (WebSocketException fault)
        {
            throw new RefusedException(socket.HttpStatusCode, fault);
        }
    }

    /// <summary>A shared access signature, made by hand.</summary>
    public static string Token(RelayOptions options, TimeSpan life, TimeProvider? time = null)
    {
        var resource = Uri.EscapeDataString($"http://{options.Endpoint!.Host}/hq");
        var end = ((time ?? TimeProvider.System).GetUtcNow() + life).ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Key!), Encoding.UTF8.GetBytes($"{resource}\n{end}"));
        return $"SharedAccessSignature sr={resource}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}&se={end}&skn={options.KeyName}";
    }

    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text);

    public Task SendAsync(byte[] bytes, WebSocketMessageType type = WebSocketMessageType.Binary, bool isEnd = true) =>
        _socket.SendAsync(bytes, type, isEnd, TestContext.Current.CancellationToken);

    /// <summary>Answers a request, or begins to.</summary>
    public Task AnswerAsync(JsonNode? command, string status = "200", bool hasBody = false) => SendAsync(
        $$$"""{"response":{"requestId":"{{{command!["request"]!["id"]}}}","statusCode":{{{status}}},"body":{{{(hasBody ? "true" : "false")}}}}}""");

    public Task RenewAsync(string token) => SendAsync($$$"""{"renewToken":{"token":"{{{token}}}"}}""");

    /// <summary>Closes, and waits until the relay has closed too.</summary>
    public async Task CloseAsync()
    {
        await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, TestContext.Current.CancellationToken);
        await ReadToEndAsync();
    }

    /// <summary>The next command; null when the relay closes.</summary>
    public async Task<JsonNode?> ReceiveAsync()
    {
        using var text = new MemoryStream();
        var buffer = new byte[8192];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer.AsMemory(), TestContext.Current.CancellationToken);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            text.Write(buffer, 0, part.Count);
            if (part is { EndOfMessage: true, MessageType: WebSocketMessageType.Text }) return JsonNode.Parse(text.ToArray());
            if (part.EndOfMessage) text.SetLength(0);
        }
    }

    /// <summary>The status with which the relay closes.</summary>
    public async Task<WebSocketCloseStatus?> ReadToEndAsync()
    {
        while (await ReceiveAsync() is not null)
        {
        }

        return _socket.CloseStatus;
    }

    public void Dispose() => _socket.Dispose();

    public sealed class RefusedException(HttpStatusCode status, Exception inner) : Exception($"{(int)status}", inner)
    {
        public HttpStatusCode Status => status;
    }
}
