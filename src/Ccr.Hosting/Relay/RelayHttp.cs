namespace Ccr.Hosting.Relay;

/// <summary>What the listener's WebSockets and the sender's requests have in common.</summary>
internal static class RelayHttp
{
    /// <summary>The header that carries the token: unlike Authorization it is not handed on to the listener.</summary>
    public const string TokenHeader = "ServiceBusAuthorization";

    /// <summary>A handler that follows nothing, repeats nothing, and uses each connection for one exchange.</summary>
    public static SocketsHttpHandler CreateHandler(RelayOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy is null ? null : ServiceBusOptions.ProxyOf(options.Proxy),
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseHeadersLength = 64,
        };
        if (options.TrustedCaFile is not null) handler.SslOptions.RemoteCertificateValidationCallback = ServerTrust.Load(options.TrustedCaFile).Validate;
        return handler;
    }

    /// <summary>The address where a listener opens its control channel.</summary>
    public static Uri ListenAddress(RelayOptions options, string id) => new UriBuilder(options.Endpoint!)
    {
        Scheme = SchemeOf(options.Endpoint!),
        Path = $"/$hc/{options.Path}",
        Query = $"sb-hc-action=listen&sb-hc-id={id}",
    }.Uri;

    /// <summary>
    /// Whether an address that came over the control channel is the relay's: the same machine, or one beside it under the same domain. The relay is not
    /// to have an agent connect anywhere else.
    /// </summary>
    public static bool IsOfRelay(Uri address, Uri endpoint) =>
        address.Scheme == SchemeOf(endpoint) && (endpoint.Scheme == "https" || address.Port == endpoint.Port) && IsOfRelay(address.Host, endpoint);

    /// <summary>Whether a host is the relay's own, or one beside it under the same domain: the service is made of many.</summary>
    public static bool IsOfRelay(string host, Uri endpoint)
    {
        if (string.Equals(host, endpoint.Host, StringComparison.OrdinalIgnoreCase)) return true;
        var dot = endpoint.HostNameType == UriHostNameType.Dns ? endpoint.Host.IndexOf('.', StringComparison.Ordinal) : -1;

        // A domain of one label is none that somebody owns.
        return dot > 0 && endpoint.Host.IndexOf('.', dot + 1) > 0 && host.EndsWith(endpoint.Host[dot..], StringComparison.OrdinalIgnoreCase);
    }

    private static string SchemeOf(Uri endpoint) => endpoint.Scheme == "http" ? "ws" : "wss";
}
