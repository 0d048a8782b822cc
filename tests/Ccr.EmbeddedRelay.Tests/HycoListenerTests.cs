using System.Security.Cryptography;
using System.Text;

namespace Ccr.EmbeddedRelay.Tests;

/// <summary>Microsoft's hyco-https for JavaScript, unmodified, listens behind our relay; our sender sends.</summary>
public sealed class HycoListenerTests : IAsyncLifetime
{
    private const int Timeout = 120_000;

    private Parties _parties = null!;
    private NodePeer? _hyco;

    public async ValueTask InitializeAsync()
    {
        _parties = await Parties.StartAsync(Parties.Options(answerLimit: TimeSpan.FromSeconds(20)));
        var options = _parties.ToListen;
        _hyco = await NodePeer.StartAsync("listener.js", [$"ws://{options.Endpoint!.Authority}/$hc/hq", options.KeyName!, options.Key!]);
        Assert.Equal("listening", await _hyco.ReadLineAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_hyco is not null) await _hyco.DisposeAsync();
        await _parties.DisposeAsync();
    }

    [Theory(Timeout = Timeout)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_000)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public async Task Send_BodyOfAnySize_ComesBackUnchanged(int size)
    {
        var body = RandomNumberGenerator.GetBytes(size);

        var reply = await _parties.SendAsync(path: "/echo", body: body);

        Assert.Equal((RelayDelivery.Answered, 200), (reply.Delivery, reply.Status));
        Assert.Equal(body, reply.Body.ToArray());
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_SmsPost_ReachesTheListenerAsIs()
    {
        using var client = _parties.CreateClient();
        using var request = new HttpRequestMessage(new HttpMethod("SMS_POST"), "/hq/echo?mn=PC01&dn=CORP&fkey=True");

        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("SMS_POST", response.Headers.GetValues("X-Method").Single());
        Assert.Equal("/hq/echo?mn=PC01&dn=CORP&fkey=True", response.Headers.GetValues("X-Target").Single());
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_AnswersOfEachKind_AreReadAsTheyWereGiven()
    {
        Assert.Equal(150_000, (await _parties.SendAsync(path: "/large")).Body.Length);
        Assert.Equal("one two three", Encoding.UTF8.GetString((await _parties.SendAsync(path: "/parts")).Body.Span));
        Assert.Equal((RelayDelivery.Answered, 404), await _parties.SendAsync(path: "/refused") is var refused ? (refused.Delivery, refused.Status) : default);
        Assert.Equal((200, 0), await _parties.SendAsync(path: "/empty") is var empty ? (empty.Status, empty.Body.Length) : default);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ManyAtATime_EachGetsItsOwnAnswer()
    {
        var bodies = Enumerable.Range(0, 40).Select(i => RandomNumberGenerator.GetBytes(i % 4 == 0 ? 70_000 : 1 + i)).ToList();

        var replies = await Task.WhenAll(bodies.Select(body => _parties.SendAsync(path: "/echo", body: body)));

        Assert.Equal(bodies, replies.Select(reply => reply.Body.ToArray()));
    }

    [Fact(Timeout = Timeout)]
    public async Task Listener_Cut_ComesBack()
    {
        _parties.Relay.CutListeners(Parties.Hq);
        for (var line = ""; line != "listening"; line = await _hyco!.ReadLineAsync()) Assert.NotNull(line);

        Assert.Equal(200, (await _parties.SendAsync(path: "/empty")).Status);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ListenerSilent_IsUnknown()
    {
        var options = _parties.ToSend;
        options.AnswerTimeout = TimeSpan.FromSeconds(1);

        var reply = await _parties.SendAsync(path: "/silent", options: options);

        Assert.Equal((RelayDelivery.Unknown, "CCR4030"), (reply.Delivery, reply.Reason?.Code));
    }
}
