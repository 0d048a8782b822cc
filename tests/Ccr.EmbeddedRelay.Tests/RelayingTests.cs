using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>Our listener and our sender through the embedded relay.</summary>
public class RelayingTests
{
    private const int Timeout = 60_000;

    /// <summary>Around the 64 KB where the control channel ends.</summary>
    public static TheoryData<int> Sizes => [0, 1, 1000, 65_000, 65_535, 65_536, 65_537, 200_000, 262_144];

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Sizes))]
    public async Task Send_BodyOfAnySize_ComesBackUnchanged(int size)
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync();
        var body = RandomNumberGenerator.GetBytes(size);

        var reply = await parties.SendAsync(body: body);

        Assert.Equal((RelayDelivery.Answered, 200), (reply.Delivery, reply.Status));
        Assert.Equal(body, reply.Body.ToArray());
    }

    [Theory(Timeout = Timeout)]
    [MemberData(nameof(Sizes))]
    public async Task Send_SmallRequestWithAnAnswerOfAnySize_GetsIt(int size)
    {
        await using var parties = await Parties.StartAsync();
        var body = RandomNumberGenerator.GetBytes(size);
        await parties.ListenAsync((_, _) => Task.FromResult(Parties.Answer(201, body)));

        var reply = await parties.SendAsync("GET");

        Assert.Equal(201, reply.Status);
        Assert.Equal(body, reply.Body.ToArray());
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_BodyBeyondTheListenersLimit_IsAnsweredWith413AndTheNextOneServed()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync();

        Assert.Equal((RelayDelivery.Answered, 413), await parties.SendAsync(body: new byte[262_145]) is var reply ? (reply.Delivery, reply.Status) : default);
        Assert.Equal(200, (await parties.SendAsync()).Status);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_WithTokensOfEntraAndOverTls_IsAnswered()
    {
        using var certificate = new ServerCertificate();
        await using var parties = await Parties.StartAsync(Parties.Options(certificate: certificate.WithKey));
        var options = new RelayOptions { Endpoint = parties.Endpoint, TrustedCaFile = certificate.File };
        await parties.ListenAsync(options: options, credential: new Entra());
        using var sender = new RelaySender(options, TimeProvider.System, new Entra());

        var reply = await sender.SendAsync("POST", "", new byte[70_000], TestContext.Current.CancellationToken);

        Assert.Equal((RelayDelivery.Answered, 70_000), (reply.Delivery, reply.Body.Length));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ChunkedBody_Arrives()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync();
        using var client = parties.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hq") { Content = new StringContent("in chunks") };
        request.Headers.TransferEncodingChunked = true;

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("in chunks", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Timeout)]
    public async Task Request_AsTheListenerSeesIt_HasMethodTargetAndHeadersWithoutThoseOfTheConnection()
    {
        await using var parties = await Parties.StartAsync();
        var seen = new ConcurrentQueue<RelayedRequest>();
        await parties.ListenAsync((request, _) =>
        {
            seen.Enqueue(request);
            return Task.FromResult(Parties.Answer(200, ""));
        });
        using var client = parties.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), "/hq/sms_mp/machine.ccr?mn=PC01&sb-hc-id=7&dn=CORP&fkey=True");
        request.Headers.Add("X-Own", "kept");
        request.Headers.TE.ParseAdd("trailers");

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        var one = Assert.Single(seen);
        Assert.Equal(("SMS_POST", "/hq/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True"), (one.Method, one.Target));
        Assert.Equal("kept", one.Headers["x-own"]);
        Assert.Equal($"1.1 {parties.Relay.Address.Authority}", one.Headers["Via"]);
        Assert.DoesNotContain(one.Headers.Keys, name => name is "Host" or "TE" or "Connection" or "Content-Length" or "ServiceBusAuthorization");
        Assert.Equal($"1.1 {parties.Relay.Address.Authority}", response.Headers.Via.Single().ToString());
    }

    [Fact(Timeout = Timeout)]
    public async Task Answer_WithHeadersOfAConnection_IsHandedOnWithoutThem()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync((_, _) => Task.FromResult(
            Parties.Answer(202, "body"u8.ToArray(), ("X-Own", "kept"), ("Transfer-Encoding", "chunked"), ("Via", "1.1 elsewhere"), ("X-Bad", "a\r\nb: c"))));
        using var client = parties.CreateClient();

        using var response = await client.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("kept", response.Headers.GetValues("X-Own").Single());
        Assert.Equal(parties.Relay.Address.Authority, response.Headers.Via.Single().ReceivedBy);
        Assert.False(response.Headers.Contains("X-Bad") || response.Headers.Contains("b"));
        Assert.Equal("body", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = Timeout)]
    public async Task Relay_ThatLetsNoExtensionMethodThrough_RefusesSmsPostAndRelaysPost()
    {
        await using var parties = await Parties.StartAsync(Parties.Options(allowExtensionMethods: false));
        await parties.ListenAsync();

        Assert.Equal((RelayDelivery.Unknown, 405), await parties.SendAsync("SMS_POST") is var refused ? (refused.Delivery, refused.Status) : default);
        Assert.Equal(RelayDelivery.Answered, (await parties.SendAsync()).Delivery);
        Assert.Equal(1, parties.Relay.CountRequests(Parties.Hq));
    }

    [Fact(Timeout = Timeout)]
    public async Task Requests_AtTheSameTime_AreAnsweredOutOfOrder()
    {
        await using var parties = await Parties.StartAsync();
        var gates = new ConcurrentDictionary<string, TaskCompletionSource>();
        foreach (var name in (string[])["/hq/a", "/hq/b"]) gates[name] = new();
        await parties.ListenAsync(async (request, stop) =>
        {
            await gates[request.Target].Task.WaitAsync(stop);
            return Parties.Answer(200, request.Target);
        });

        var a = parties.SendAsync(path: "/a");
        var b = parties.SendAsync(path: "/b");
        gates["/hq/b"].SetResult();
        Assert.Equal("/hq/b", Encoding.UTF8.GetString((await b).Body.Span));
        gates["/hq/a"].SetResult();
        Assert.Equal("/hq/a", Encoding.UTF8.GetString((await a).Body.Span));
    }

    [Fact(Timeout = Timeout)]
    public async Task Rendezvous_OnceMet_ServesTheFurtherRequestsOfTheSameConnection()
    {
        await using var parties = await Parties.StartAsync();
        var listeners = new ConcurrentQueue<string>();
        for (var i = 0; i < 3; i++)
        {
            var name = $"{i}";
            await parties.ListenAsync((request, _) =>
            {
                listeners.Enqueue(name);
                return Task.FromResult(Parties.Answer(200, request.Body.ToArray()));
            });
        }

        using var client = parties.CreateClient();
        foreach (var size in (int[])[100_000, 0, 10, 70_000, 1, 1, 1, 1])
        {
            using var content = new ByteArrayContent(new byte[size]);
            using var response = await client.PostAsync(new Uri("/hq", UriKind.Relative), content, TestContext.Current.CancellationToken);
            Assert.Equal(size, (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length);
        }

        Assert.Equal(8, listeners.Count);
        Assert.Single(listeners.Distinct());
    }

    [Fact(Timeout = Timeout)]
    public async Task Listeners_OnOneConnection_ShareTheRequests()
    {
        await using var parties = await Parties.StartAsync();
        var counts = new ConcurrentDictionary<int, int>();
        foreach (var i in Enumerable.Range(0, 3))
        {
            await parties.ListenAsync((_, _) =>
            {
                counts.AddOrUpdate(i, 1, (_, n) => n + 1);
                return Task.FromResult(Parties.Answer(200, ""));
            });
        }

        for (var i = 0; i < 30; i++) await parties.SendAsync();

        Assert.Equal(3, parties.Relay.CountListeners(Parties.Hq));
        Assert.Equal((3, 30), (counts.Count, counts.Values.Sum()));
    }

    [Fact(Timeout = Timeout)]
    public async Task Listener_TheTwentySixth_IsRefusedAndComesInWhenOneLeaves()
    {
        await using var parties = await Parties.StartAsync();
        var first = await parties.ListenAsync();
        for (var i = 1; i < 25; i++) await parties.ListenAsync();

        var last = parties.StartListener();
        await Eventually.IsTrueAsync(() => last.Health.LastError is not null);
        Assert.Contains("CCR4032", last.Health.LastError, StringComparison.Ordinal);
        Assert.Contains("429", last.Health.LastError, StringComparison.Ordinal);

        await first.StopAsync(TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(() => last.Health.ConnectedSince is not null && parties.Relay.CountListeners(Parties.Hq) >= 25);
        Assert.Equal(25, parties.Relay.CountListeners(Parties.Hq));
    }

    private sealed class Entra : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new("a token of Entra ID", TimeProvider.System.GetUtcNow().AddHours(1));

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
