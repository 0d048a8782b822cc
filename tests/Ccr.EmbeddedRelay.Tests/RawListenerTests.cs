using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>The relay frame by frame, as a listener sees it.</summary>
public class RawListenerTests
{
    private const int Timeout = 60_000;

    private static Uri Address(JsonNode? command) => new(command!["request"]!["address"]!.GetValue<string>());

    [Fact(Timeout = Timeout)]
    public async Task Request_Small_ComesOverTheControlChannelWithAllOfIt()
    {
        await using var parties = await Parties.StartAsync();
        using var listener = await RawListener.ListenAsync(parties);

        var sending = parties.SendAsync("SMS_POST", "/x?y=1");
        var command = await listener.ReceiveAsync();
        var request = command!["request"]!.AsObject();
        await listener.AnswerAsync(command, "\"201\"", hasBody: true);
        await listener.SendAsync("in "u8.ToArray(), isEnd: false);
        await listener.SendAsync("parts"u8.ToArray());
        var reply = await sending;

        Assert.Equal(["address", "id", "requestTarget", "method", "requestHeaders", "body"], request.Select(field => field.Key));
        Assert.Equal(("SMS_POST", "/hq/x?y=1", false), ((string?)request["method"], (string?)request["requestTarget"], (bool?)request["body"]));
        Assert.Equal((201, "in parts"), (reply.Status, Encoding.UTF8.GetString(reply.Body.Span)));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(70_000, false)]
    [InlineData(5, true)]
    public async Task Request_LargeOrChunked_IsOnlyAnnounced(int size, bool isChunked)
    {
        await using var parties = await Parties.StartAsync();
        using var listener = await RawListener.ListenAsync(parties);
        using var client = parties.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hq") { Content = new ByteArrayContent(new byte[size]) };
        request.Headers.TransferEncodingChunked = isChunked;

        var sending = client.SendAsync(request, TestContext.Current.CancellationToken);
        var announcement = await listener.ReceiveAsync();
        using var rendezvous = await RawListener.OpenAsync(Address(announcement));
        await rendezvous.AnswerAsync(await rendezvous.ReceiveAsync(), "204");
        using var response = await sending;

        Assert.Equal(["address"], announcement!["request"]!.AsObject().Select(field => field.Key));
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Rendezvous_Closed_LeavesTheNextRequestToTheControlChannel()
    {
        await using var parties = await Parties.StartAsync();
        using var listener = await RawListener.ListenAsync(parties);
        using var client = parties.CreateClient();

        var first = client.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);
        var command = await listener.ReceiveAsync();
        using var rendezvous = await RawListener.OpenAsync(Address(command));
        await rendezvous.AnswerAsync(command);
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
        await rendezvous.CloseAsync();

        var second = client.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);
        await listener.AnswerAsync(await listener.ReceiveAsync());
        Assert.Equal(HttpStatusCode.OK, (await second).StatusCode);
    }

    [Fact(Timeout = Timeout)]
    public async Task Rendezvous_AtAnAddressThatWasUsedOrInvented_IsForbidden()
    {
        await using var parties = await Parties.StartAsync();
        using var listener = await RawListener.ListenAsync(parties);
        var sending = parties.SendAsync();
        var address = Address(await listener.ReceiveAsync());
        using var rendezvous = await RawListener.OpenAsync(address);

        var again = await Assert.ThrowsAsync<RawListener.RefusedException>(() => RawListener.OpenAsync(address));
        var invented = await Assert.ThrowsAsync<RawListener.RefusedException>(() => RawListener.OpenAsync(new Uri($"{address}0")));

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (again.Status, invented.Status));
        parties.Relay.CutSenders(Parties.Hq);
        Assert.Equal(RelayDelivery.Unknown, (await sending).Delivery);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("502")]
    [InlineData("504")]
    [InlineData("99")]
    [InlineData("null")]
    public async Task Answer_WithAStatusThatAListenerMayNotUse_IsTheRelaysOwnFailure(string status)
    {
        await using var parties = await Parties.StartAsync();
        using var listener = await RawListener.ListenAsync(parties);

        var sending = parties.SendAsync();
        await listener.AnswerAsync(await listener.ReceiveAsync(), status);

        Assert.Equal((RelayDelivery.Unknown, 500), await sending is var reply ? (reply.Delivery, reply.Status) : default);
    }

    [Fact(Timeout = Timeout)]
    public async Task Answer_LargeOverTheControlChannel_ClosesIt()
    {
        await using var parties = await Parties.StartAsync();
        using var listener = await RawListener.ListenAsync(parties);

        await listener.SendAsync(new byte[65_537]);

        Assert.Equal(WebSocketCloseStatus.MessageTooBig, await listener.ReadToEndAsync());
    }

    [Fact(Timeout = Timeout)]
    public async Task Token_Renewed_KeepsTheChannelBeyondTheEndOfTheOldOne()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var parties = await Parties.StartAsync(Parties.Options(time));
        using var listener = await RawListener.ListenAsync(parties, RawListener.Token(parties.ToListen, TimeSpan.FromHours(1), time));
        await listener.RenewAsync(RawListener.Token(parties.ToListen, TimeSpan.FromHours(3), time));
        await ServeOneAsync();

        time.Advance(TimeSpan.FromHours(2));
        await ServeOneAsync();

        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await listener.ReadToEndAsync());
        Assert.Equal(0, parties.Relay.CountListeners(Parties.Hq));

        // Frames are read in their order: when an answer has come, so has the token before it.
        async Task ServeOneAsync()
        {
            using var client = parties.CreateClient();
            var sending = client.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);
            await listener.AnswerAsync(await listener.ReceiveAsync());
            Assert.Equal(HttpStatusCode.OK, (await sending).StatusCode);
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Token_RenewedWithABadOne_ClosesTheChannel()
    {
        await using var parties = await Parties.StartAsync();
        using var listener = await RawListener.ListenAsync(parties);

        await listener.RenewAsync(RawListener.Token(parties.ToSend, TimeSpan.FromHours(1)));

        Assert.Equal(WebSocketCloseStatus.PolicyViolation, await listener.ReadToEndAsync());
    }

    [Theory(Timeout = Timeout)]
    [InlineData("sb-hc-action=connect", 501)]
    [InlineData("sb-hc-action=dance", 400)]
    [InlineData("", 400)]
    public async Task Upgrade_ForSomethingElse_IsRefused(string query, int status)
    {
        await using var parties = await Parties.StartAsync();

        Assert.Equal(status, (int)(await Assert.ThrowsAsync<RawListener.RefusedException>(() => RawListener.ListenAsync(parties, query: query))).Status);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("Origin:https://page.example")]
    [InlineData("Sec-Fetch-Site:cross-site")]
    [InlineData("Host:page.example")]
    public async Task Anything_FromAWebPage_IsForbidden(string header)
    {
        await using var parties = await Parties.StartAsync(Parties.Options(requiresClientAuthorization: false));
        await parties.ListenAsync();
        var address = new Uri($"ws://{parties.Relay.Address.Authority}/$hc/hq?sb-hc-action=listen");
        using var client = parties.CreateClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation(header.Split(':')[0], header.Split(':', 2)[1]);

        var refused = await Assert.ThrowsAsync<RawListener.RefusedException>(() => RawListener.OpenAsync(address, header: header));
        using var response = await client.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (refused.Status, response.StatusCode));
        Assert.Equal(0, parties.Relay.CountRequests(Parties.Hq));
    }
}
