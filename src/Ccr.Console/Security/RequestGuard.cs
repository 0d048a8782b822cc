using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Ccr.Console.Security;

/// <summary>
/// The first look at every request, static files and the socket included. Loopback is no boundary: any page that the operator's browser shows can send
/// requests here, and so can any page whose name was made to mean this computer.
/// </summary>
internal static class RequestGuard
{
    /// <summary>The page that takes the token: the only one that a link from elsewhere may open.</summary>
    public const string LoginPath = "/login";

    private static readonly string[] Names = ["127.0.0.1", "localhost", "[::1]"];

    /// <summary>Whether a request may go on. What it says of itself is compared with a fixed list, never with itself.</summary>
    public static bool MayPass(HttpRequest request, int port) =>
        IsOwn(request.Headers.Host, port) && IsOwnOrigin(request.Headers.Origin, port)
        && IsOwnSite(request.Headers["Sec-Fetch-Site"], IsTopLevelLogin(request));

    private static bool IsOwn(StringValues host, int port) => host is [{ } value] && Names.Any(name => IsThis(value, $"{name}:{port}"));

    private static bool IsOwnOrigin(StringValues origin, int port) =>
        origin.Count == 0 || (origin is [{ } value] && Names.Any(name => IsThis(value, $"http://{name}:{port}")));

    private static bool IsOwnSite(StringValues site, bool isLogin) => site switch
    {
        [] => true,
        ["same-origin" or "none"] => true,
        ["same-site" or "cross-site"] => isLogin,
        _ => false,
    };

    private static bool IsTopLevelLogin(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.Path == LoginPath && request.Headers["Sec-Fetch-Mode"] == "navigate"
        && request.Headers["Sec-Fetch-Dest"] == "document";

    private static bool IsThis(string value, string expected) => string.Equals(value, expected, StringComparison.OrdinalIgnoreCase);
}
