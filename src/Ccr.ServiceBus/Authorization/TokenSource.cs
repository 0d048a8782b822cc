using Azure.Core;
using Ccr.ServiceBus.Errors;

namespace Ccr.ServiceBus.Authorization;

/// <summary>A token for one audience, as <c>$cbs</c> takes it.</summary>
internal sealed record AudienceToken(string Value, string Type, DateTimeOffset Expires);

/// <summary>Makes, or fetches, tokens.</summary>
internal interface ITokenSource
{
    /// <summary>Whether a later call gives a token that lives longer.</summary>
    bool CanRenew { get; }

    /// <summary>Gives a token for <paramref name="audience"/>.</summary>
    ValueTask<AudienceToken> GetAsync(string audience, CancellationToken cancellationToken);
}

/// <summary>Signs tokens with a shared access key.</summary>
internal sealed class SharedKeyTokens(SharedKeyCredential key, TimeProvider time) : ITokenSource
{
    internal const string Type = "servicebus.windows.net:sastoken";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public bool CanRenew => true;

    public ValueTask<AudienceToken> GetAsync(string audience, CancellationToken cancellationToken)
    {
        var expires = time.GetUtcNow() + Lifetime;
        return new(new AudienceToken(SharedAccessSignature.Create(key, audience, expires), Type, expires));
    }
}

/// <summary>Passes on the one signature that it was given.</summary>
internal sealed class SignatureTokens(SignatureCredential credential, TimeProvider time) : ITokenSource
{
    private readonly DateTimeOffset _expires = SharedAccessSignature.ReadExpiry(credential.Signature);

    public bool CanRenew => false;

    public ValueTask<AudienceToken> GetAsync(string audience, CancellationToken cancellationToken) =>
        _expires <= time.GetUtcNow()
            ? throw Faults.SignatureExpired(_expires)
            : new(new AudienceToken(credential.Signature, SharedKeyTokens.Type, _expires));
}

/// <summary>Fetches tokens from Entra ID.</summary>
internal sealed class EntraTokens(TokenCredential credential) : ITokenSource
{
    private static readonly TokenRequestContext Scope = new(["https://servicebus.azure.net/.default"]);

    public bool CanRenew => true;

    public async ValueTask<AudienceToken> GetAsync(string audience, CancellationToken cancellationToken)
    {
        try
        {
            var token = await credential.GetTokenAsync(Scope, cancellationToken);
            return new(token.Token, "jwt", token.ExpiresOn);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw Faults.CredentialUnavailable(exception.Message, exception);
        }
    }
}
