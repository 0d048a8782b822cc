using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>Neither the relay nor a listener can be broken by what is sent to it.</summary>
public class MalformedTests
{
    private const int Timeout = 600_000;
    private const int Seed = 20261126;

    [Fact(Timeout = Timeout)]
    public async Task Relay_AfterMalformedMessages_StillRelays()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync(options: Other(parties));
        var frames = new MalformedFrames(Seed);
        var peer = await RawListener.ListenAsync(parties);
        for (var i = 0; i < MalformedFrames.Count; i++)
        {
            var (bytes, isText) = frames.NextMessage();
            try
            {
                await peer.SendAsync(bytes, isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary);
            }
            catch (Exception fault) when (fault is WebSocketException or IOException)
            {
                // The relay has closed it, which it may; so a new one is opened.
                peer.Dispose();
                peer = await RawListener.ListenAsync(parties);
            }
        }

        peer.Dispose();
        await AssertRelaysAsync(parties);
    }

    [Fact(Timeout = Timeout)]
    public async Task Relay_AfterFramesThatAreNoWebSockets_StillRelays()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync(options: Other(parties));
        var frames = new MalformedFrames(Seed);
        for (var i = 0; i < MalformedFrames.Count; i++)
        {
            using var peer = new TcpClient();
            await peer.ConnectAsync(IPAddress.Loopback, parties.Relay.Address.Port, TestContext.Current.CancellationToken);
            var stream = peer.GetStream();
            await stream.WriteAsync(Upgrade(parties), TestContext.Current.CancellationToken);
            await ReadHeadAsync(stream);
            await stream.WriteAsync(frames.NextFrame(isMasked: true), TestContext.Current.CancellationToken);
        }

        await AssertRelaysAsync(parties);
    }

    /// <summary>The listener of the good requests is on another hybrid connection, so that none of them goes to the peer.</summary>
    private static RelayOptions Other(Parties parties)
    {
        var options = parties.ToListen;
        options.Endpoint = parties.Relay.EndpointOf("other");
        return options;
    }

    private static byte[] Upgrade(Parties parties) => Encoding.ASCII.GetBytes(
        $"GET /$hc/hq?sb-hc-action=listen HTTP/1.1\r\nHost: {parties.Relay.Address.Authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + $"ServiceBusAuthorization: {RawListener.Token(parties.ToListen, TimeSpan.FromHours(1))}\r\n\r\n");

    private static async Task ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var buffer = new byte[1024];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var size = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, size);
            head.Append(Encoding.ASCII.GetString(buffer, 0, size));
        }
    }

    private static async Task AssertRelaysAsync(Parties parties)
    {
        await Eventually.IsTrueAsync(() => parties.Relay.CountListeners(Parties.Hq) == 0);
        var options = parties.ToSend;
        options.Endpoint = parties.Relay.EndpointOf("other");
        Assert.Equal("still here", Encoding.UTF8.GetString((await parties.SendAsync(body: "still here"u8.ToArray(), options: options)).Body.Span));

        await parties.ListenAsync();
        Assert.Equal("here too", Encoding.UTF8.GetString((await parties.SendAsync(body: "here too"u8.ToArray())).Body.Span));
    }
}
