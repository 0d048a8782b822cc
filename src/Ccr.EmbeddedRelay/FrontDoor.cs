using System.Net;
using Microsoft.AspNetCore.Http;

namespace Ccr.EmbeddedRelay;

/// <summary>Keeps out what comes from a web page, which any browser on this machine can be made to send.</summary>
internal static class FrontDoor
{
    /// <summary>Says why a request is not let in; null if it is.</summary>
    public static string? FindRefusal(HttpRequest request, IPAddress listensOn)
    {
        // Browsers add at least one of these; listeners and senders add none.
        if (request.Headers.ContainsKey("Origin") || request.Headers.ContainsKey("Sec-Fetch-Site")) return "This relay does not serve web pages.";

        // A page could otherwise reach the relay under a name of its own that resolves to this machine.
        var host = request.Host.Host;
        var isOwn = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && (IPAddress.IsLoopback(address) || address.Equals(listensOn)));
        return isOwn ? null : $"Connect to localhost, a loopback address or {listensOn}.";
    }
}
