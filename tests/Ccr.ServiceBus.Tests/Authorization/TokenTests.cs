using Azure.Core;
using Ccr.ServiceBus.Authorization;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.ServiceBus.Tests.Authorization;

public class TokenTests
{
    private const string Audience = "sb://contoso.servicebus.windows.net/ccr-requests";

    [Fact]
    public void SharedAccessSignature_KnownKey_IsThePublishedForm()
    {
        // Computed apart from this code with openssl dgst -sha256 -hmac over the encoded audience, LF and expiry.
        var signature = SharedAccessSignature.Create(
            new("RootManageSharedAccessKey", "c2VjcmV0"), Audience, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));

        Assert.Equal(
            "SharedAccessSignature sr=sb%3A%2F%2Fcontoso.servicebus.windows.net%2Fccr-requests" +
            "&sig=3R6ar8nDr8aCGOiGmqmonN5vhHEa9omkACCctKj%2FlsA%3D&se=1700000000&skn=RootManageSharedAccessKey",
            signature);
    }

    [Theory]
    [InlineData("SharedAccessSignature sr=x&sig=y&se=1700000000&skn=z", 1_700_000_000)]
    [InlineData("SharedAccessSignature se=1700000000&sr=x&sig=y&skn=z", 1_700_000_000)]
    public void ReadExpiry_FindsItAnywhere(string signature, long seconds)
    {
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(seconds), SharedAccessSignature.ReadExpiry(signature));
    }

    [Theory]
    [InlineData("SharedAccessSignature sr=x&sig=y&skn=z")]
    [InlineData("SharedAccessSignature sr=x&se=soon")]
    [InlineData("SharedAccessSignature sr=x&se=99999999999999999")]
    public void ReadExpiry_Unreadable_IsNever(string signature)
    {
        Assert.Equal(DateTimeOffset.MaxValue, SharedAccessSignature.ReadExpiry(signature));
    }

    [Fact]
    public async Task SharedKey_Token_LivesAnHour()
    {
        SharedKeyTokens tokens = new(new("name", "key"), new FakeTimeProvider(Some.Time));

        var token = await tokens.GetAsync(Audience, TestContext.Current.CancellationToken);

        Assert.Equal(Some.Time.AddHours(1), token.Expires);
        Assert.Equal("servicebus.windows.net:sastoken", token.Type);
        Assert.True(tokens.CanRenew);
    }

    [Fact]
    public async Task Signature_Expired_IsAFaultThatSaysSo()
    {
        var expiry = Some.Time.AddMinutes(-1).ToUnixTimeSeconds();
        SignatureTokens tokens = new(new($"SharedAccessSignature sr=x&sig=s3cr3t&se={expiry}&skn=z"), new FakeTimeProvider(Some.Time));

        var fault = await Assert.ThrowsAsync<MessagingException>(
            () => tokens.GetAsync(Audience, TestContext.Current.CancellationToken).AsTask());

        Assert.Equal(MessagingFault.Unauthorized, fault.Fault);
        Assert.Contains("expired at 2003-11-11 08:59:00Z", fault.Message);
        Assert.DoesNotContain("s3cr3t", fault.Message);
    }

    [Fact]
    public async Task Entra_Token_IsForServiceBus()
    {
        FakeCredential credential = new(() => new AccessToken("jwt-token", Some.Time.AddHours(24)));
        EntraTokens tokens = new(credential);

        var token = await tokens.GetAsync(Audience, TestContext.Current.CancellationToken);

        Assert.Equal(new AudienceToken("jwt-token", "jwt", Some.Time.AddHours(24)), token);
        Assert.Equal(["https://servicebus.azure.net/.default"], Assert.Single(credential.Requests));
    }

    [Fact]
    public async Task Entra_NoToken_IsATransientFaultThatSaysWhatToDo()
    {
        EntraTokens tokens = new(new FakeCredential(() => throw new InvalidOperationException("IMDS is\nsilent")));

        var fault = await Assert.ThrowsAsync<MessagingException>(
            () => tokens.GetAsync(Audience, TestContext.Current.CancellationToken).AsTask());

        Assert.Equal("CCR4015", fault.Code);
        Assert.True(fault.IsTransient);
        Assert.Contains("(IMDS is silent)", fault.Message);
        Assert.Contains("az login", fault.Message);
    }

    [Theory]
    [InlineData(3600, 0, 3180)]
    [InlineData(3600, 1, 3150)]
    [InlineData(86400, 0, 85980)]
    [InlineData(120, 0, 90)]
    [InlineData(120, 1, 78)]
    [InlineData(1, 0, 1)]
    [InlineData(-5, 0, 1)]
    public void TokenRenewal_IsDueInGoodTime(int secondsLeft, double chance, int dueInSeconds)
    {
        var due = TokenRenewal.DueAt(Some.Time, Some.Time.AddSeconds(secondsLeft), new Jitter(new FixedRandom(chance)));

        Assert.Equal(dueInSeconds, (due - Some.Time).TotalSeconds, precision: 3);
    }

    private sealed class FakeCredential(Func<AccessToken> answer) : TokenCredential
    {
        public List<string[]> Requests { get; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Requests.Add(requestContext.Scopes);
            return answer();
        }

        public override ValueTask<AccessToken> GetTokenAsync(
            TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
