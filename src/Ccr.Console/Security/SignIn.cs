using System.Security.Cryptography;
using System.Text;

namespace Ccr.Console.Security;

/// <summary>The one-use token of the printed address, and the cookie that it is exchanged for. Both end with the process.</summary>
internal sealed class SignIn(TimeProvider time)
{
    /// <summary>How long a printed address may be opened.</summary>
    public static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();
    private readonly string _instance = NewSecret()[..8];
    private readonly string _session = NewSecret();
    private (string Token, DateTimeOffset Until)? _open;

    /// <summary>A new token; the one before it, if it was not used, is void.</summary>
    public string NewToken()
    {
        lock (_lock)
        {
            _open = (NewSecret(), time.GetUtcNow() + TokenLife);
            return _open.Value.Token;
        }
    }

    /// <summary>The cookie's name. Cookies know no ports, so two consoles in one browser would otherwise sign each other out.</summary>
    public string CookieName(int port) => $"ccr-console-{port}-{_instance}";

    /// <summary>Takes a token, once and in time; returns the cookie's value, or null.</summary>
    public string? Exchange(string? token)
    {
        lock (_lock)
        {
            if (_open is not { } open || time.GetUtcNow() >= open.Until || !AreSame(token, open.Token)) return null;
            _open = null;
            return _session;
        }
    }

    /// <summary>Whether a cookie's value is the one that this process gave.</summary>
    public bool IsSession(string? value) => AreSame(value, _session);

    /// <summary>Takes as long for a near miss as for any other.</summary>
    private static bool AreSame(string? given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(expected));

    private static string NewSecret() => RandomNumberGenerator.GetHexString(64, lowercase: true);
}
