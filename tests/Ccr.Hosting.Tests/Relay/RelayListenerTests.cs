using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Ccr.Hosting.Relay;
using Ccr.Hosting.Tests.Relay.Support;
using Ccr.Hosting.Tests.ServiceBus.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.Relay;

/// <summary>The listener against a relay that does what no real one should.</summary>
public sealed class RelayListenerTests : IAsyncLifetime
{
    private const int Timeout = 60_000;

    private readonly ScriptedRelay _relay = new();
    private readonly LogLines _log = new();
    private readonly List<RelayListener> _listeners = [];

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var listener in _listeners) await listener.DisposeAsync();
        _relay.Dispose();
    }

    private RelayListener Start(RelayHandler? handler = null, RelayOptions? options = null, TimeProvider? time = null)
    {
        var listener = new RelayListener(
            options ?? _relay.Options, handler ?? ((request, _) => Task.FromResult(Answer(200, request.Body.ToArray()))), _log, time ?? TimeProvider.System);
        _listeners.Add(listener);
        _ = listener.StartAsync(TestContext.Current.CancellationToken);
        return listener;
    }

    private static RelayedAnswer Answer(int status, byte[]? body = null) => new(status, new Dictionary<string, string>(), body);

    [Fact(Timeout = Timeout)]
    public async Task Start_AsTheRelaySeesIt_SendsTheTokenInAHeaderAndNotInTheAddress()
    {
        Start();

        using var channel = await _relay.NextChannelAsync();

        Assert.Matches(@"^GET /\$hc/hq\?sb-hc-action=listen&sb-hc-id=[0-9a-f-]{36} HTTP/1\.1\r\n", channel.Incoming.Head);
        Assert.StartsWith("SharedAccessSignature sr=http%3A%2F%2F127.0.0.1%2Fhq&sig=", channel.Incoming.Header("ServiceBusAuthorization"), StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Reconnect_RelayRefusesAgainAndAgain_WaitsLongerAndSaysItOnce()
    {
        var time = new EagerTime(1, 2, 5, 10, 30);
        var listener = Start(time: time);

        for (var i = 0; i < 9; i++) await (await _relay.NextAsync()).AnswerAsync("503 Service Unavailable");
        using var channel = await _relay.NextChannelAsync();
        await _log.WaitForAsync("Listening on", TestContext.Current.CancellationToken);

        Assert.Equal([1, 2, 5, 10, 30, 30, 30, 30], time.Waits);
        Assert.Equal(1, _log.Count("CCR4032"));
        Assert.Contains("it answered 503", listener.Health.LastError, StringComparison.Ordinal);
        Assert.NotNull(listener.Health.ConnectedSince);
    }

    [Fact(Timeout = Timeout)]
    public async Task Reconnect_RelayTakesAndDropsIt_WaitsToo()
    {
        var time = new EagerTime(1, 2, 5, 10, 30);
        Start(time: time);

        for (var i = 0; i < 5; i++) (await _relay.NextChannelAsync()).Dispose();
        using var channel = await _relay.NextChannelAsync();

        Assert.Equal([1, 2, 5, 10], time.Waits);
    }

    [Fact(Timeout = Timeout)]
    public async Task Start_NoRelayAtAll_SucceedsAndSaysWhatIsWrong()
    {
        var options = _relay.Options;
        _relay.Dispose();

        var listener = Start(options: options);
        await _log.WaitForAsync("CCR4024: The relay cannot be reached", TestContext.Current.CancellationToken);

        Assert.Null(listener.Health.ConnectedSince);
        Assert.NotNull(listener.Health.LastErrorAt);
    }

    [Fact(Timeout = Timeout)]
    public async Task Token_ThreeQuartersUsed_IsRenewedOverTheControlChannel()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddDays(20_000));
        var began = time.GetUtcNow();
        Start(time: time);
        using var channel = await _relay.NextChannelAsync();
        await _log.WaitForAsync("Listening on", TestContext.Current.CancellationToken);

        var renewal = channel.ReceiveAsync();
        while (!renewal.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(30));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        var token = (string?)JsonNode.Parse((await renewal)!)?["renewToken"]?["token"];
        var end = long.Parse(token!.Split("se=")[1].Split('&')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(DateTimeOffset.FromUnixTimeSeconds(end) >= began.AddMinutes(45 + 60), "It was renewed too soon.");
    }

    [Fact(Timeout = Timeout)]
    public async Task Channel_ThatAnswersNoPing_IsGivenUpAndOpenedAgain()
    {
        var options = _relay.Options;
        (options.KeepAlive, options.ConnectTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        Start(options: options);

        // It is accepted and then left alone: nobody reads it, so nobody answers a ping.
        using var silent = await _relay.NextChannelAsync();
        using var second = await _relay.NextChannelAsync();

        await _log.WaitForAsync("CCR4040", TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(WebSocketCloseStatus.PolicyViolation, "CCR4020")]
    [InlineData(WebSocketCloseStatus.EndpointUnavailable, "CCR4040")]
    [InlineData(WebSocketCloseStatus.InternalServerError, "CCR4040")]
    public async Task Channel_ClosedByTheRelay_IsSaidAndOpenedAgain(WebSocketCloseStatus status, string code)
    {
        Start();
        using var first = await _relay.NextChannelAsync();
        await first.CloseAsync(status);
        using var second = await _relay.NextChannelAsync();
        await second.RequestAsync("1");

        Assert.Equal(("1", 200, false), await second.ReceiveAnswerAsync());
        Assert.Equal(1, _log.Count(code));
    }

    [Fact(Timeout = Timeout)]
    public async Task Request_HandlerThrows_IsAnsweredWith500WithoutItsText()
    {
        Start((_, _) => throw new InvalidOperationException("a secret"));
        using var channel = await _relay.NextChannelAsync();
        await channel.RequestAsync("1");

        var text = await channel.ReceiveAsync();

        Assert.Contains("\"statusCode\":500", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(199)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task Request_HandlerAnswersWhatOnlyTheRelayMay_IsAnsweredWith500(int status)
    {
        Start((_, _) => Task.FromResult(Answer(status)));
        using var channel = await _relay.NextChannelAsync();
        await channel.RequestAsync("1");

        Assert.Equal(("1", 500, false), await channel.ReceiveAnswerAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Request_WithTooLargeABody_IsAnsweredWith413AndTheNextOneServed()
    {
        var options = _relay.Options;
        options.MaxRequestBytes = 1024;
        Start(options: options);
        using var channel = await _relay.NextChannelAsync();
        await channel.RequestAsync("1", hasBody: true);
        await channel.SendAsync(new byte[500], isEnd: false);
        await channel.SendAsync(new byte[525]);
        await channel.RequestAsync("2", hasBody: true);
        await channel.SendAsync(new byte[1024]);

        Assert.Equal(("1", 413, false), await channel.ReceiveAnswerAsync());
        Assert.Equal(("2", 200, true), await channel.ReceiveAnswerAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Request_WhoseBodyDoesNotCome_IsAnsweredWith400AndTheNextOneServed()
    {
        Start();
        using var channel = await _relay.NextChannelAsync();
        await channel.RequestAsync("1", hasBody: true);
        await channel.RequestAsync("2");

        Assert.Equal(("1", 400, false), await channel.ReceiveAnswerAsync());
        Assert.Equal(("2", 200, false), await channel.ReceiveAnswerAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Request_BeyondThoseInHand_IsAnsweredWith429()
    {
        var options = _relay.Options;
        options.MaxInFlight = 2;
        var goOn = new TaskCompletionSource();
        var listener = Start(
            async (_, stop) =>
            {
                await goOn.Task.WaitAsync(stop);
                return Answer(200);
            },
            options);
        using var channel = await _relay.NextChannelAsync();
        foreach (var id in (string[])["1", "2", "3"]) await channel.RequestAsync(id);

        Assert.Equal(("3", 429, false), await channel.ReceiveAnswerAsync());
        Assert.Equal(2, listener.Health.InFlight);
        goOn.SetResult();
        Assert.Equal(200, (await channel.ReceiveAnswerAsync()).Status);
        Assert.Equal(200, (await channel.ReceiveAnswerAsync()).Status);
    }

    [Fact(Timeout = Timeout)]
    public async Task Answer_Large_IsGivenAtTheRequestsOwnAddressAndFurtherRequestsAreServedThere()
    {
        Start((_, _) => Task.FromResult(Answer(200, new byte[70_000])));
        using var channel = await _relay.NextChannelAsync();
        await channel.RequestAsync("1", address: $"ws://{_relay.Endpoint.Authority}/$hc/hq?sb-hc-action=request&sb-hc-id=77");
        using var rendezvous = await _relay.NextChannelAsync();

        Assert.StartsWith("GET /$hc/hq?sb-hc-action=request&sb-hc-id=77 HTTP/1.1\r\n", rendezvous.Incoming.Head, StringComparison.Ordinal);
        Assert.Null(rendezvous.Incoming.Header("ServiceBusAuthorization"));
        Assert.Equal(("1", 200, true), await rendezvous.ReceiveAnswerAsync());
        Assert.Equal(140_000, (await rendezvous.ReceiveAsync())!.Length);

        await rendezvous.RequestAsync("2");
        Assert.Equal(("2", 200, true), await rendezvous.ReceiveAnswerAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("ws://127.0.0.2:{0}/$hc/hq?sb-hc-action=request")]
    [InlineData("ws://127.0.0.1:1/$hc/hq?sb-hc-action=request")]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("file:///etc/passwd")]
    public async Task Rendezvous_AtAnAddressThatIsNotTheRelays_IsNotGoneTo(string address)
    {
        Start();
        using var channel = await _relay.NextChannelAsync();
        var elsewhere = string.Format(System.Globalization.CultureInfo.InvariantCulture, address, _relay.Endpoint.Port);
        await channel.SendAsync($$$"""{"request":{"address":"{{{elsewhere}}}"}}""");
        await _log.WaitForAsync("its address is not the relay's", TestContext.Current.CancellationToken);
        await channel.RequestAsync("1");

        Assert.Equal(("1", 200, false), await channel.ReceiveAnswerAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Accept_OfAWebSocket_IsRefusedAsTheProtocolAsks()
    {
        Start();
        using var channel = await _relay.NextChannelAsync();
        await channel.SendAsync(
            $$$"""{"accept":{"address":"ws://{{{_relay.Endpoint.Authority}}}/$hc/hq?sb-hc-action=accept&sb-hc-id=5","id":"5","connectHeaders":{} } }""");

        var refusal = await _relay.NextAsync();
        Assert.StartsWith(
            "GET /$hc/hq?sb-hc-action=accept&sb-hc-id=5&sb-hc-statusCode=501&sb-hc-statusDescription=Only%20requests", refusal.Head, StringComparison.Ordinal);
        await refusal.AnswerAsync("410 Gone");
        await channel.RequestAsync("1");
        Assert.Equal(("1", 200, false), await channel.ReceiveAnswerAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Stop_WithARequestInHand_AnswersItRefusesOthersAndCloses()
    {
        var goOn = new TaskCompletionSource();
        var listener = Start(async (_, stop) =>
        {
            await goOn.Task.WaitAsync(stop);
            return Answer(200);
        });
        using var channel = await _relay.NextChannelAsync();
        await channel.RequestAsync("1");
        while (listener.Health.InFlight == 0) await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);

        var stopping = listener.StopAsync(TestContext.Current.CancellationToken);
        await channel.RequestAsync("2");
        Assert.Equal(("2", 503, false), await channel.ReceiveAnswerAsync());
        goOn.SetResult();
        Assert.Equal(("1", 200, false), await channel.ReceiveAnswerAsync());
        Assert.Null(await channel.ReceiveAsync());
        await channel.CloseAsync(WebSocketCloseStatus.NormalClosure);
        await stopping;

        Assert.Equal((WebSocketCloseStatus.NormalClosure, null), (channel.CloseStatus, listener.Health.ConnectedSince));
    }

    [Fact(Timeout = Timeout)]
    public async Task Stop_WithoutPatience_GivesUpWhatIsInHand()
    {
        var listener = Start(async (_, stop) =>
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Answer(200);
        });
        using var channel = await _relay.NextChannelAsync();
        await channel.RequestAsync("1");

        await listener.StopAsync(new CancellationToken(canceled: true));

        Assert.Null(listener.Health.ConnectedSince);
    }

    /// <summary>Random changes to good frames, random bytes, and frames that are no WebSocket frames; <c>CCR_RELAY_FRAMES</c> asks for more.</summary>
    [Fact(Timeout = 600_000)]
    public async Task Listener_AfterMalformedFrames_StillServes()
    {
        var options = _relay.Options;
        options.ConnectTimeout = TimeSpan.FromSeconds(31);
        Start(options: options, time: new EagerTime(1, 2, 5, 10, 30));
        var frames = new MalformedFrames(seed: 20261126);
        var channel = await _relay.NextChannelAsync();
        for (var i = 0; i < MalformedFrames.Count; i++)
        {
            var (bytes, isText) = frames.NextMessage();
            var isRaw = i % 10 == 0;
            if (isRaw) await channel.Incoming.Stream.WriteAsync(frames.NextFrame(isMasked: false), TestContext.Current.CancellationToken);
            else await channel.SendAsync(bytes, isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary);
            if (!isRaw && i % 100 != 99) continue;

            // After what is no WebSocket frame the listener may go, or wait for the rest of it; after all else it must still answer.
            if (!isRaw) await AssertServesAsync(channel, $"{i}");
            channel.Dispose();
            channel = await _relay.NextChannelAsync();
        }

        await AssertServesAsync(channel, "good");
        channel.Dispose();
    }

    private static async Task AssertServesAsync(ScriptedChannel channel, string id)
    {
        // The first binary frame ends a request whose body was announced and has not come.
        await channel.SendAsync("{}");
        await channel.RequestAsync(id, hasBody: true);
        await channel.SendAsync(Encoding.UTF8.GetBytes(id));
        for (var text = ""; text?.Contains($"\"requestId\":\"{id}\",\"statusCode\":200", StringComparison.Ordinal) != true; text = await channel.ReceiveAsync())
            Assert.NotNull(text);
    }
}
