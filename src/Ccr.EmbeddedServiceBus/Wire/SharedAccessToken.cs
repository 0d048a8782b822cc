using System.Security.Cryptography;
using System.Text;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>
/// A shared access signature: <c>SharedAccessSignature sr=…&amp;sig=…&amp;se=…&amp;skn=…</c>, where <c>sig</c> is the HMAC-SHA256 of the encoded
/// resource, a line feed and the expiry.
/// </summary>
internal sealed class SharedAccessToken
{
    private const string Prefix = "SharedAccessSignature ";
    private readonly Dictionary<string, string> _fields;

    private SharedAccessToken(Dictionary<string, string> fields, DateTimeOffset expires)
    {
        (_fields, Expires) = (fields, expires);
        Path = EntityAddress.Parse(Uri.UnescapeDataString(fields["sr"])) is { Kind: not NodeKind.Cbs, Path: var path } ? path : "$cbs";
    }

    /// <summary>Gets the path that the token is for; empty for the whole namespace.</summary>
    public string Path { get; }

    public DateTimeOffset Expires { get; }

    /// <summary>Reads a token; null if it is none.</summary>
    public static SharedAccessToken? TryRead(string token)
    {
        if (!token.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return null;
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in token[Prefix.Length..].Split('&'))
        {
            if (part.Split('=', 2) is [var name, var value])
                fields.TryAdd(name, value);
        }

        var complete = fields.ContainsKey("sr") && fields.ContainsKey("sig") && fields.ContainsKey("skn");
        return complete && long.TryParse(fields.GetValueOrDefault("se"), out var seconds) && seconds is > 0 and < 253402300800
            ? new SharedAccessToken(fields, DateTimeOffset.FromUnixTimeSeconds(seconds))
            : null;
    }

    public bool IsSignedBy(string keyName, string key)
    {
        if (!string.Equals(Uri.UnescapeDataString(_fields["skn"]), keyName, StringComparison.Ordinal))
            return false;
        var expected = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{_fields["sr"]}\n{_fields["se"]}"));
        var given = Encoding.UTF8.GetBytes(Uri.UnescapeDataString(_fields["sig"]));
        return CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(Convert.ToBase64String(expected)));
    }
}
