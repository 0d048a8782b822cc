using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ccr.Functions;

/// <summary>Who calls, as App Service authentication says it in the headers of the request. It removes what a caller writes into them itself.</summary>
internal static class Caller
{
    private const string AuthenticationIsOn = "WEBSITE_AUTH_ENABLED";
    private const string Id = "X-MS-CLIENT-PRINCIPAL-ID";
    private const string Principal = "X-MS-CLIENT-PRINCIPAL";
    private const string Roles = "roles";

    /// <summary>Whether the platform knows who calls. Where its authentication is off anybody could write the header, so nobody is known.</summary>
    public static bool IsKnown(HttpRequest request) =>
        string.Equals(Environment.GetEnvironmentVariable(AuthenticationIsOn), bool.TrueString, StringComparison.OrdinalIgnoreCase)
        && !string.IsNullOrEmpty(request.Headers[Id]);

    /// <summary>Whether a caller that is known was given an app role.</summary>
    public static bool HasRole(HttpRequest request, string role)
    {
        try
        {
            using var principal = JsonDocument.Parse(Convert.FromBase64String(request.Headers[Principal].ToString()));
            var roleType = principal.RootElement.TryGetProperty("role_typ", out var named) ? named.GetString() : null;
            return principal.RootElement.GetProperty("claims").EnumerateArray()
                .Where(claim => claim.GetProperty("typ").GetString() is { } type && (type == Roles || type == roleType))
                .Any(claim => claim.GetProperty("val").ValueEquals(role));
        }
        catch (Exception fault) when (fault is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
