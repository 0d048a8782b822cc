using System.Text;
using Azure.Core;
using Azure.Identity;
using Ccr.Hosting.Relay;
using Ccr.Hosting.Tests.Relay.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.Relay;

/// <summary>What the sender knows after each way in which an exchange can end.</summary>
public sealed class RelaySenderTests : IDisposable
{
    private const int Timeout = 60_000;

    private readonly ScriptedRelay _relay = new();

    public void Dispose() => _relay.Dispose();

    private string Via => $"Via: 1.1 {_relay.Endpoint.Authority}";

    private static (RelayDelivery, int?, string?) Of(RelayReply reply) => (reply.Delivery, reply.Status, reply.Reason?.Code);

    private async Task<RelayReply> SendAsync(string body = "body", TimeProvider? time = null, RelayOptions? options = null, CancellationToken? stop = null)
    {
        using var sender = new RelaySender(options ?? _relay.Options, time ?? TimeProvider.System);
        return await sender.SendAsync("POST", "/submit", Encoding.UTF8.GetBytes(body), stop ?? TestContext.Current.CancellationToken);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("401 Unauthorized", RelayDelivery.NotDelivered, "CCR4020")]
    [InlineData("403 Forbidden", RelayDelivery.NotDelivered, "CCR4021")]
    [InlineData("404 Not Found", RelayDelivery.NotDelivered, "CCR4022")]
    [InlineData("502 Bad Gateway", RelayDelivery.NotDelivered, "CCR4023")]
    [InlineData("503 Service Unavailable", RelayDelivery.NotDelivered, "CCR4023")]
    [InlineData("504 Gateway Timeout", RelayDelivery.Unknown, "CCR4030")]
    [InlineData("500 Internal Server Error", RelayDelivery.Unknown, "CCR4032")]
    [InlineData("200 OK", RelayDelivery.Unknown, "CCR4032")]
    [InlineData("302 Found\r\nLocation: http://127.0.0.1:1/", RelayDelivery.Unknown, "CCR4032")]
    [InlineData("429 Too Many Requests", RelayDelivery.Unknown, "CCR4032")]
    public async Task Send_AnsweredByTheRelay_IsJudgedByTheStatus(string answer, RelayDelivery delivery, string code)
    {
        var sending = SendAsync();
        await (await _relay.NextAsync()).AnswerAsync(answer, "what the relay says");
        var reply = await sending;

        Assert.Equal((delivery, int.Parse(answer[..3], System.Globalization.CultureInfo.InvariantCulture), code), Of(reply));
        Assert.True(reply.Body.IsEmpty);
        Assert.StartsWith($"{code}: ", reply.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", reply.Detail, StringComparison.Ordinal);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("200 OK")]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    [InlineData("404 Not Found")]
    [InlineData("500 Internal Server Error")]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 Service Unavailable")]
    [InlineData("504 Gateway Timeout")]
    public async Task Send_AnsweredByAListener_IsAnsweredWhateverTheStatus(string answer)
    {
        var sending = SendAsync();
        await (await _relay.NextAsync()).AnswerAsync($"{answer}\r\n{Via}", "the verdict");
        var reply = await sending;

        Assert.Equal((RelayDelivery.Answered, int.Parse(answer[..3], System.Globalization.CultureInfo.InvariantCulture), null), Of(reply));
        Assert.Equal(("the verdict", ""), (Encoding.UTF8.GetString(reply.Body.Span), reply.Detail));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("Via: 1.1 proxy.corp.example")]
    [InlineData("Via: 1.1 proxy.corp.example, HTTP/1.1 another (squid)")]
    [InlineData("X-Via: 1.1 127.0.0.1")]
    [InlineData("Server: Microsoft-HTTPAPI/2.0\r\nCcr-Verdict: Accepted")]
    public async Task Send_AnsweredWithAViaThatIsNotTheRelays_IsNotTheListenersAnswer(string header)
    {
        var sending = SendAsync();
        await (await _relay.NextAsync()).AnswerAsync($"200 OK\r\n{header}", "forged");

        Assert.Equal((RelayDelivery.Unknown, 200, "CCR4032"), Of(await sending));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ThroughAProxyThatAddsItsVia_StillFindsTheRelays()
    {
        var sending = SendAsync();
        await (await _relay.NextAsync()).AnswerAsync($"200 OK\r\n{Via}, 1.1 proxy.corp.example", "the verdict");

        Assert.Equal(RelayDelivery.Answered, (await sending).Delivery);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_AsTheRelaySeesIt_HasTheTokenInItsOwnHeader()
    {
        var sending = SendAsync();
        var request = await _relay.NextAsync();
        await request.AnswerAsync("502 Bad Gateway");
        await sending;

        Assert.StartsWith("POST /hq/submit HTTP/1.1\r\n", request.Head, StringComparison.Ordinal);
        Assert.StartsWith("SharedAccessSignature ", request.Header("ServiceBusAuthorization"), StringComparison.Ordinal);
        Assert.Null(request.Header("Authorization"));
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("body")]
    public async Task Send_ConnectionBreaksBeforeTheAnswer_IsUnknownAndNotRepeated(string body)
    {
        var sending = SendAsync(body);
        (await _relay.NextAsync()).Dispose();

        Assert.Equal((RelayDelivery.Unknown, null, "CCR4031"), Of(await sending));

        // The next connection is that of the next request: nothing was sent again meanwhile.
        var next = SendAsync("next");
        var request = await _relay.NextAsync();
        Assert.Equal("4", request.Header("Content-Length"));
        await request.AnswerAsync("502 Bad Gateway");
        await next;
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ConnectionBreaksInTheAnswer_IsUnknown()
    {
        var sending = SendAsync();
        var request = await _relay.NextAsync();
        await request.Stream.WriteAsync(
            Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\n{Via}\r\nContent-Length: 100\r\n\r\nhalf"), TestContext.Current.CancellationToken);
        request.Dispose();

        Assert.Equal((RelayDelivery.Unknown, null, "CCR4031"), Of(await sending));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_AnswerTooLarge_IsUnknown()
    {
        var options = _relay.Options;
        options.MaxAnswerBytes = 1024;
        var sending = SendAsync(options: options);
        await (await _relay.NextAsync()).AnswerAsync($"200 OK\r\n{Via}", new string('x', 1025));

        Assert.Equal((RelayDelivery.Unknown, 200, "CCR4033"), Of(await sending));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_AnswerNoHttp_IsUnknown()
    {
        var sending = SendAsync();
        using var request = await _relay.NextAsync();
        await request.Stream.WriteAsync("SSH-2.0-OpenSSH_9.6\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal((RelayDelivery.Unknown, null, "CCR4033"), Of(await sending));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_NobodyThere_IsNotDelivered()
    {
        var options = _relay.Options;
        _relay.Dispose();

        var reply = await SendAsync(options: options);

        Assert.Equal((RelayDelivery.NotDelivered, null, "CCR4024"), Of(reply));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_TlsFails_IsNotDelivered()
    {
        var options = _relay.Options;
        options.Endpoint = new UriBuilder(options.Endpoint!) { Scheme = "https" }.Uri;
        var sending = SendAsync(options: options);
        using var connection = await _relay.NextTcpAsync();
        await connection.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);

        Assert.Equal((RelayDelivery.NotDelivered, null, "CCR4025"), Of(await sending));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_NoAnswerInTime_IsUnknown()
    {
        var time = new FakeTimeProvider();
        var sending = SendAsync(time: time);
        using var request = await _relay.NextAsync();
        time.Advance(TimeSpan.FromSeconds(65));
        var reply = await sending;

        Assert.Equal((RelayDelivery.Unknown, null, "CCR4030"), Of(reply));
        Assert.Equal(TimeSpan.FromSeconds(65), reply.Elapsed);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_StoppedBeforeAndAfter_SaysWhichWithoutThrowing()
    {
        Assert.Equal((RelayDelivery.NotDelivered, null, "CCR4027"), Of(await SendAsync(stop: new CancellationToken(canceled: true))));

        using var stop = new CancellationTokenSource();
        var sending = SendAsync(stop: stop.Token);
        using var request = await _relay.NextAsync();
        await stop.CancelAsync();

        Assert.Equal((RelayDelivery.Unknown, null, "CCR4034"), Of(await sending));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_WithoutATokenOfEntra_IsNotDelivered()
    {
        using var sender = new RelaySender(new RelayOptions { Endpoint = _relay.Endpoint }, TimeProvider.System, new NoEntra());

        var reply = await sender.SendAsync("POST", "", default, TestContext.Current.CancellationToken);

        Assert.Equal((RelayDelivery.NotDelivered, null, "CCR4026"), Of(reply));
    }

    private sealed class NoEntra : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("nobody is signed in");

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            throw new CredentialUnavailableException("nobody is signed in");
    }
}
