using System.Security.Cryptography;
using System.Text;

namespace Ccr.EmbeddedRelay;

/// <summary>What a token allows: with a refusal (401 or 403), nothing.</summary>
internal sealed record Pass(int Refusal, DateTimeOffset End);

/// <summary>Checks tokens: shared access signatures by their key, those of Entra ID by what the options say about them.</summary>
internal sealed class TokenDesk(EmbeddedRelayOptions options)
{
    private const string SharedAccess = "SharedAccessSignature ";
    private const string Bearer = "Bearer ";

    private static readonly Pass Unauthorized = new(401, default);
    private static readonly Pass Forbidden = new(403, default);

    /// <summary>Checks a token. One that cannot be believed is 401; one that is for something else is 403.</summary>
    public Pass Check(string? token, string connection, bool isListener)
    {
        if (string.IsNullOrWhiteSpace(token)) return Unauthorized;
        if (token.StartsWith(SharedAccess, StringComparison.OrdinalIgnoreCase)) return CheckSignature(token[SharedAccess.Length..], connection, isListener);

        // Microsoft's listener sends the bare token of Entra ID.
        var bare = token.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? token[Bearer.Length..] : token;
        return options.BearerTokens(bare) is { } right ? Judge(right.End, isListener ? right.CanListen : right.CanSend) : Unauthorized;
    }

    private Pass CheckSignature(string token, string connection, bool isListener)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in token.Split('&'))
        {
            if (part.Split('=', 2) is [var name, var value]) fields.TryAdd(name, value);
        }

        if (!fields.TryGetValue("sr", out var resource) || !fields.TryGetValue("sig", out var signature) || !fields.TryGetValue("skn", out var keyName)
            || !fields.TryGetValue("se", out var end) || !long.TryParse(end, out var seconds) || seconds is <= 0 or >= 253402300800)
        {
            return Unauthorized;
        }

        var key = options.Keys.FirstOrDefault(each => each.Name == Uri.UnescapeDataString(keyName));
        return key is not null && IsSigned(key.Key, $"{resource}\n{end}", signature)
            ? Judge(DateTimeOffset.FromUnixTimeSeconds(seconds), (isListener ? key.CanListen : key.CanSend) && Covers(resource, connection))
            : Unauthorized;
    }

    private Pass Judge(DateTimeOffset end, bool isAllowed) => end <= options.TimeProvider.GetUtcNow() ? Unauthorized : isAllowed ? new Pass(0, end) : Forbidden;

    private static bool IsSigned(string key, string text, string signature) => CryptographicOperations.FixedTimeEquals(
        Encoding.UTF8.GetBytes(Uri.UnescapeDataString(signature)),
        Encoding.UTF8.GetBytes(Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)))));

    /// <summary>Whether the resource is the hybrid connection, or the whole namespace. Its host is not compared: this relay has many names.</summary>
    private static bool Covers(string resource, string connection) =>
        Uri.TryCreate(Uri.UnescapeDataString(resource), UriKind.Absolute, out var uri)
        && uri.AbsolutePath.Trim('/') is var path && (path.Length == 0 || string.Equals(path, connection, StringComparison.OrdinalIgnoreCase));
}
