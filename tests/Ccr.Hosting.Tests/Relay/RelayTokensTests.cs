using System.Security.Cryptography;
using System.Text;
using Azure.Core;
using Azure.Identity;
using Ccr.Hosting.Relay;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.Relay;

public class RelayTokensTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private readonly FakeTimeProvider _time = new(Now);

    private static RelayOptions WithKey => new() { Endpoint = new Uri("https://Contoso.servicebus.windows.net/hq"), KeyName = "a key", Key = "secret" };

    private static RelayOptions WithEntra => new() { Endpoint = new Uri("https://contoso.servicebus.windows.net/hq") };

    private static Task<(RelayToken? Token, RelayFault? Fault)> GetAsync(RelayTokens tokens) => tokens.GetAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task Get_OfAKey_SignsTheHybridConnectionAndTheEnd()
    {
        var (token, _) = await GetAsync(new RelayTokens(WithKey, _time, credential: null));

        const string Resource = "http%3A%2F%2Fcontoso.servicebus.windows.net%2Fhq";
        var signature = Convert.ToBase64String(HMACSHA256.HashData("secret"u8, Encoding.UTF8.GetBytes($"{Resource}\n1800003600")));
        Assert.Equal($"SharedAccessSignature sr={Resource}&sig={Uri.EscapeDataString(signature)}&se=1800003600&skn=a%20key", token!.Text);
        Assert.Equal((Now.AddMinutes(60), Now.AddMinutes(45)), (token.End, token.RenewAt));
    }

    [Fact]
    public async Task Get_BeforeAQuarterIsLeft_ReturnsTheSameTokenAndThenANewOne()
    {
        var tokens = new RelayTokens(WithKey, _time, credential: null);
        var (first, _) = await GetAsync(tokens);

        _time.Advance(TimeSpan.FromMinutes(44));
        Assert.Same(first, (await GetAsync(tokens)).Token);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(Now.AddMinutes(105), (await GetAsync(tokens)).Token!.End);
    }

    [Fact]
    public async Task Get_OfEntra_AsksForTheRelayAndSendsTheBareToken()
    {
        var entra = new Entra(() => new AccessToken("ey.a.b", Now.AddHours(1)));

        var (token, _) = await GetAsync(new RelayTokens(WithEntra, _time, entra));

        Assert.Equal(("ey.a.b", "https://relay.azure.net/.default"), (token!.Text, entra.Scope));
    }

    [Fact]
    public async Task Get_EntraGone_KeepsTheOldTokenUntilItsEndAndThenSaysWhatIsMissing()
    {
        var isGone = false;
        var tokens = new RelayTokens(
            WithEntra, _time, new Entra(() => isGone ? throw new AuthenticationFailedException("no network") : new AccessToken("ey.a.b", Now.AddHours(1))));
        await GetAsync(tokens);

        isGone = true;
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("ey.a.b", (await GetAsync(tokens)).Token?.Text);
        _time.Advance(TimeSpan.FromMinutes(1));
        var (none, fault) = await GetAsync(tokens);

        Assert.Null(none);
        Assert.StartsWith("CCR4026: Entra ID gave no token for the relay (contoso.servicebus.windows.net/hq, as Entra ID: no network).", fault!.Message,
            StringComparison.Ordinal);
    }

    private sealed class Entra(Func<AccessToken> get) : TokenCredential
    {
        public string? Scope { get; private set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scope = requestContext.Scopes.Single();
            return get();
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }
}
