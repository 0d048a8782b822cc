using System.Security.Cryptography;
using System.Text;
using Amqp;
using Ccr.EmbeddedServiceBus.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

public sealed class AuthorizationTests : IAsyncLifetime
{
    private const string Key = "c2VjcmV0";
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private EmbeddedBroker _broker = null!;
    private AmqpClient _client = null!;
    private ManagementClient _cbs = null!;

    [Fact(Timeout = 30_000)]
    public async Task Send_WithoutAToken_IsUnauthorized()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        await AssertUnauthorizedAsync("q");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("sb://127.0.0.1/q")]
    [InlineData("sb://127.0.0.1:5672/Q/")]
    [InlineData("sb://127.0.0.1/")]
    public async Task Send_WithATokenForTheEntityOrTheNamespace_IsAllowed(string audience)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal(202, await PutAsync(Token(audience)));

        await _client.SendAsync("q", "hello");
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_WithATokenForAnotherEntity_IsUnauthorized()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal(202, await PutAsync(Token("sb://127.0.0.1/other")));

        await AssertUnauthorizedAsync("q");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("wrong", "Root", 60)]
    [InlineData(Key, "Other", 60)]
    [InlineData(Key, "Root", -1)]
    public async Task PutToken_WithAWrongKeyNameOrAge_IsRefused(string key, string name, int seconds)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal(401, await PutAsync(Token("sb://127.0.0.1/q", key, name, seconds)));

        await AssertUnauthorizedAsync("q");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("nonsense")]
    [InlineData("SharedAccessSignature sr=x")]
    [InlineData("SharedAccessSignature sr=x&sig=y&se=never&skn=Root")]
    public async Task PutToken_OfNonsense_IsRefused(string token)
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();

        Assert.Equal(401, await PutAsync(token));
    }

    [Fact(Timeout = 30_000)]
    public async Task Send_OnALinkWhoseTokenExpired_ClosesTheLinkUntilItIsRenewed()
    {
        TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        await PutAsync(Token("sb://127.0.0.1/q"));
        var sender = _client.Sender("q");
        await sender.SendAsync(AmqpClient.Text("in time"));

        _time.Advance(TimeSpan.FromSeconds(61));

        var e = await Assert.ThrowsAsync<AmqpException>(() => sender.SendAsync(AmqpClient.Text("too late")));
        Assert.Equal(ErrorCode.UnauthorizedAccess, e.Error.Condition);
        await PutAsync(Token("sb://127.0.0.1/q"));
        await _client.SendAsync("q", "renewed");
        Assert.Equal(2, _broker.GetCounts("q").Active);
    }

    public async ValueTask InitializeAsync()
    {
        _broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions
        {
            Config = new ServiceBusConfig().AddQueue("q").AddQueue("other"),
            SharedAccessKeyName = "Root",
            SharedAccessKey = Key,
            TimeProvider = _time,
        });
        _client = await AmqpClient.ConnectAsync(_broker.Port);
        _cbs = new ManagementClient(_client.Session, "$cbs");
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private async Task AssertUnauthorizedAsync(string entity)
    {
        var e = await Assert.ThrowsAsync<AmqpException>(() => _client.SendAsync(entity, "hello"));
        Assert.Equal(ErrorCode.UnauthorizedAccess, e.Error.Condition);
    }

    private async Task<int> PutAsync(string token)
    {
        var answer = await _cbs.AskAsync("put-token", token, p =>
        {
            p["type"] = "servicebus.windows.net:sastoken";
            p["name"] = "sb://127.0.0.1/q";
        });
        return (int)answer.ApplicationProperties["status-code"];
    }

    private string Token(string audience, string key = Key, string name = "Root", int seconds = 60)
    {
        var resource = Uri.EscapeDataString(audience);
        var expiry = _time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"));
        return $"SharedAccessSignature sr={resource}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}&se={expiry}&skn={name}";
    }
}
