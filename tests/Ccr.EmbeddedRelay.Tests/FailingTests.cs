using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>What our sender and our listener make of what goes wrong at the relay, or on the way.</summary>
public class FailingTests
{
    private const int Timeout = 60_000;

    private static (RelayDelivery, int?, string?) Of(RelayReply reply) => (reply.Delivery, reply.Status, reply.Reason?.Code);

    [Fact(Timeout = Timeout)]
    public async Task Send_NobodyListens_IsNotDelivered()
    {
        await using var parties = await Parties.StartAsync();

        var reply = await parties.SendAsync();

        Assert.Equal((RelayDelivery.NotDelivered, 502, "CCR4023"), Of(reply));
        Assert.StartsWith("CCR4023: Nobody listens", reply.Detail, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ToAMissingConnection_IsNotDelivered()
    {
        await using var parties = await Parties.StartAsync();
        var options = parties.ToSend;
        options.Endpoint = parties.Relay.EndpointOf("hq2");

        Assert.Equal((RelayDelivery.NotDelivered, 404, "CCR4022"), Of(await parties.SendAsync(options: options)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_WithAKeyThatIsWrongOrMayOnlyListen_IsNotDelivered()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync();
        var wrong = parties.ToSend;
        wrong.Key = "another key";

        Assert.Equal((RelayDelivery.NotDelivered, 401, "CCR4020"), Of(await parties.SendAsync(options: wrong)));
        Assert.Equal((RelayDelivery.NotDelivered, 403, "CCR4021"), Of(await parties.SendAsync(options: parties.ToListen)));
        Assert.Equal(0, parties.Relay.CountRequests(Parties.Hq));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_WithAClockThatIsBehind_IsNotDeliveredSinceItsTokenHasExpired()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync();
        using var sender = new RelaySender(parties.ToSend, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(-2)));

        Assert.Equal((RelayDelivery.NotDelivered, 401, "CCR4020"), Of(await sender.SendAsync("POST", "", default, TestContext.Current.CancellationToken)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_WithATokenStolenFromAnotherConnection_IsForbidden()
    {
        await using var parties = await Parties.StartAsync();
        await parties.ListenAsync();
        var stolen = new ConcurrentQueue<string>();
        using var recorder = new TokenRecorder(stolen);
        var other = parties.ToSend;
        other.Endpoint = parties.Relay.EndpointOf("other");
        using (var sender = new RelaySender(other, TimeProvider.System, handler: recorder))
            await sender.SendAsync("POST", "", default, TestContext.Current.CancellationToken);

        using var client = parties.CreateClient(stolen.Single());
        using var response = await client.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Forbidden, 0), (response.StatusCode, response.Headers.Via.Count));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_WithoutAToken_IsServedOnlyIfNoneIsRequired()
    {
        await using var strict = await Parties.StartAsync();
        await using var open = await Parties.StartAsync(Parties.Options(requiresClientAuthorization: false));
        await open.ListenAsync();
        using var toStrict = strict.CreateClient(token: "");
        using var toOpen = open.CreateClient(token: "");

        using var refused = await toStrict.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);
        using var served = await toOpen.GetAsync(new Uri("/hq", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (refused.StatusCode, served.StatusCode));
    }

    [Fact(Timeout = Timeout)]
    public async Task Tls_WithACertificateThatIsNotTrusted_IsSaidByBothAndNothingIsDelivered()
    {
        using var certificate = new ServerCertificate();
        await using var parties = await Parties.StartAsync(Parties.Options(certificate: certificate.WithKey));

        var listener = parties.StartListener();
        await Eventually.IsTrueAsync(() => listener.Health.LastError is not null);

        Assert.StartsWith("CCR4025", listener.Health.LastError, StringComparison.Ordinal);
        Assert.Equal((RelayDelivery.NotDelivered, null, "CCR4025"), Of(await parties.SendAsync()));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ListenerTooSlow_IsUnknown()
    {
        await using var parties = await Parties.StartAsync(Parties.Options(answerLimit: TimeSpan.FromMilliseconds(100)));
        await parties.ListenAsync(async (_, stop) =>
        {
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Parties.Answer(200, "");
        });

        Assert.Equal((RelayDelivery.Unknown, 504, "CCR4030"), Of(await parties.SendAsync()));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_AnswerLost_IsUnknownAndTheNextOneIsAnswered()
    {
        await using var parties = await Parties.StartAsync();
        var handled = 0;
        await parties.ListenAsync((_, _) => Task.FromResult(Parties.Answer(200, $"{Interlocked.Increment(ref handled)}")));
        parties.Relay.LoseAnswers(Parties.Hq, 1, LostAnswer.GatewayTimeout);
        parties.Relay.LoseAnswers(Parties.Hq, 1, LostAnswer.BrokenConnection);

        Assert.Equal((RelayDelivery.Unknown, 504, "CCR4030"), Of(await parties.SendAsync()));
        Assert.Equal((RelayDelivery.Unknown, null, "CCR4031"), Of(await parties.SendAsync()));
        var third = await parties.SendAsync();

        Assert.Equal((RelayDelivery.Answered, "3"), (third.Delivery, Encoding.UTF8.GetString(third.Body.Span)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_SenderCut_IsUnknown()
    {
        await using var parties = await Parties.StartAsync();
        var began = new TaskCompletionSource();
        await parties.ListenAsync(async (_, stop) =>
        {
            began.TrySetResult();
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            return Parties.Answer(200, "");
        });

        var sending = parties.SendAsync();
        await began.Task;
        parties.Relay.CutSenders(Parties.Hq);

        Assert.Equal((RelayDelivery.Unknown, null, "CCR4031"), Of(await sending));
    }

    [Fact(Timeout = Timeout)]
    public async Task Answer_ControlChannelCutMeanwhile_TakesARendezvous()
    {
        await using var parties = await Parties.StartAsync();
        var began = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var listener = await parties.ListenAsync(async (_, _) =>
        {
            began.TrySetResult();
            await goOn.Task;
            return Parties.Answer(200, "late");
        });

        var sending = parties.SendAsync();
        await began.Task;
        parties.Relay.CutListeners(Parties.Hq);
        await Eventually.IsTrueAsync(() => listener.Health.LastError is not null);
        goOn.SetResult();

        Assert.Equal("late", Encoding.UTF8.GetString((await sending).Body.Span));
    }

    [Fact(Timeout = Timeout)]
    public async Task Listener_Cut_ComesBackAndServes()
    {
        await using var parties = await Parties.StartAsync();
        var listener = await parties.ListenAsync();
        parties.Relay.CutListeners(Parties.Hq);
        await Eventually.IsTrueAsync(() => listener.Health is { LastError: not null, ConnectedSince: not null });

        Assert.Equal(RelayDelivery.Answered, (await parties.SendAsync()).Delivery);
        Assert.StartsWith("CCR4040", listener.Health.LastError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Listener_RelayRestarted_ComesBackAndServes()
    {
        await using var parties = await Parties.StartAsync();
        var listener = await parties.ListenAsync();

        await parties.RestartAsync();
        await Eventually.IsTrueAsync(() => parties.Relay.CountListeners(Parties.Hq) == 1 && listener.Health.ConnectedSince is not null);

        Assert.Equal(RelayDelivery.Answered, (await parties.SendAsync()).Delivery);
    }

    /// <summary>What is sent again after it was not delivered must never have been handled: the submission of a machine depends on it.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Send_WhileEverythingIsCut_WhatWasNotDeliveredWasNotHandled()
    {
        await using var parties = await Parties.StartAsync(Parties.Options(answerLimit: TimeSpan.FromSeconds(2)));
        var handled = new ConcurrentDictionary<string, int>();
        for (var i = 0; i < 2; i++)
        {
            await parties.ListenAsync(async (request, _) =>
            {
                handled.AddOrUpdate(request.Target, 1, (_, times) => times + 1);
                await Task.Yield();
                return Parties.Answer(200, request.Body.ToArray());
            });
        }

        var ended = new ConcurrentDictionary<string, RelayDelivery>();
        using var sender = new RelaySender(parties.ToSend, TimeProvider.System);
        await Parallel.ForAsync(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            if (i % 100 == 50) parties.Relay.CutListeners(Parties.Hq);
            if (i % 100 == 75) parties.Relay.CutSenders(Parties.Hq);
            if (i % 100 == 99) parties.Relay.LoseAnswers(Parties.Hq, 3, LostAnswer.BrokenConnection);
            var body = new byte[i % 5 == 0 ? 70_000 : i];
            RelayReply reply;
            do
            {
                reply = await sender.SendAsync("POST", $"/{i}", body, TestContext.Current.CancellationToken);
                if (reply.Delivery == RelayDelivery.NotDelivered)
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
            }
            while (reply.Delivery == RelayDelivery.NotDelivered);
            ended[$"/hq/{i}"] = reply.Delivery;
        });

        Assert.Equal(400, ended.Count);
        Assert.All(handled, each => Assert.True(each.Value == 1, $"{each.Key} was handled {each.Value} times."));
        Assert.All(ended.Where(each => each.Value == RelayDelivery.Answered), each => Assert.True(handled.ContainsKey(each.Key), each.Key));
        Assert.Contains(ended.Values, delivery => delivery == RelayDelivery.Unknown);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("wrong key", "CCR4020")]
    [InlineData("sender's key", "CCR4021")]
    [InlineData("missing connection", "CCR4022")]
    public async Task Listener_NotLetIn_SaysWhyInOneLineAndKeepsTrying(string what, string code)
    {
        await using var parties = await Parties.StartAsync();
        var options = what == "sender's key" ? parties.ToSend : parties.ToListen;
        if (what == "wrong key") options.Key = "another key";
        if (what == "missing connection") options.Endpoint = parties.Relay.EndpointOf("hq2");

        var listener = parties.StartListener(options: options);
        await Eventually.IsTrueAsync(() => listener.Health.LastError is not null);

        Assert.StartsWith(code, listener.Health.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", listener.Health.LastError, StringComparison.Ordinal);
        Assert.DoesNotContain("key for", listener.Health.LastError, StringComparison.Ordinal);
        Assert.Null(listener.Health.ConnectedSince);
    }

    [Fact(Timeout = Timeout)]
    public async Task Listener_TokenExpired_IsClosedAndSaysSo()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var parties = await Parties.StartAsync(Parties.Options(time));

        // The listener's own clock stands still, so that it does not renew.
        var listener = await parties.ListenAsync(time: new FakeTimeProvider(time.GetUtcNow().AddMinutes(-30)));
        await Eventually.IsTrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return listener.Health.LastError is not null;
        });

        Assert.StartsWith("CCR4020", listener.Health.LastError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Stop_WithARequestInHand_LetsItBeAnsweredAndCloses()
    {
        await using var parties = await Parties.StartAsync();
        var began = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        var listener = await parties.ListenAsync(async (_, _) =>
        {
            began.TrySetResult();
            await goOn.Task;
            return Parties.Answer(200, "done");
        });
        var sending = parties.SendAsync();
        await began.Task;

        var stopping = listener.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(503, (await parties.SendAsync()).Status);
        goOn.SetResult();
        await stopping;

        Assert.Equal("done", Encoding.UTF8.GetString((await sending).Body.Span));
        Assert.Equal((0, null), (listener.Health.InFlight, listener.Health.ConnectedSince));
        await Eventually.IsTrueAsync(() => parties.Relay.CountListeners(Parties.Hq) == 0);
        Assert.Equal("CCR4023", (await parties.SendAsync()).Reason?.Code);
    }

    private sealed class TokenRecorder(ConcurrentQueue<string> tokens) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            tokens.Enqueue(request.Headers.GetValues("ServiceBusAuthorization").Single());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway));
        }
    }
}
