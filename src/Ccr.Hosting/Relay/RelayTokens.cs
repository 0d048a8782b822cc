using System.Security.Cryptography;
using System.Text;
using Azure.Core;

namespace Ccr.Hosting.Relay;

/// <summary>A token, until when it is good, and from when a new one is to be had.</summary>
internal sealed record RelayToken(string Text, DateTimeOffset End, DateTimeOffset RenewAt);

/// <summary>Makes tokens of a key, or asks Entra ID for them, and keeps the latest until a quarter of its time is left.</summary>
internal sealed class RelayTokens(RelayOptions options, TimeProvider time, TokenCredential? credential)
{
    /// <summary>How Entra ID knows the relay.</summary>
    public const string Scope = "https://relay.azure.net/.default";

    private readonly TokenCredential? _credential = options.KeyName is not null ? null
        : credential ?? new DefaultAzureCredential(new DefaultAzureCredentialOptions { ManagedIdentityClientId = options.ClientId });

    private RelayToken? _latest;

    /// <summary>Returns a token that is good now, or says why there is none.</summary>
    public async Task<(RelayToken? Token, RelayFault? Fault)> GetAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var latest = Volatile.Read(ref _latest);
        if (latest is not null && now < latest.RenewAt) return (latest, null);
        try
        {
            var (text, end) = _credential is null ? MakeOfKey(now) : await AskAsync(_credential, cancellationToken);
            var token = new RelayToken(text, end, now + ((end - now) * 0.75));
            Volatile.Write(ref _latest, token);
            return (token, null);
        }
        catch (Exception exception) when (exception is AuthenticationFailedException or Azure.RequestFailedException or HttpRequestException)
        {
            // Entra ID may be away for as long as the old token holds.
            return latest is not null && now < latest.End ? (latest, null) : (null, RelayFault.Of(RelayReasons.NoToken, options, exception));
        }
    }

    private static async Task<(string Text, DateTimeOffset End)> AskAsync(TokenCredential credential, CancellationToken cancellationToken)
    {
        var token = await credential.GetTokenAsync(new TokenRequestContext([Scope]), cancellationToken);
        return (token.Token, token.ExpiresOn);
    }

    /// <summary>A shared access signature for this hybrid connection alone. Its resource is written with http, whatever the connection uses.</summary>
    private (string Text, DateTimeOffset End) MakeOfKey(DateTimeOffset now)
    {
        var end = DateTimeOffset.FromUnixTimeSeconds((now + options.TokenLife).ToUnixTimeSeconds());
        var resource = Uri.EscapeDataString($"http://{options.Endpoint!.Host}/{options.Path}");
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Key!), Encoding.UTF8.GetBytes($"{resource}\n{end.ToUnixTimeSeconds()}"));
        return ($"SharedAccessSignature sr={resource}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}&se={end.ToUnixTimeSeconds()}"
            + $"&skn={Uri.EscapeDataString(options.KeyName!)}", end);
    }
}
