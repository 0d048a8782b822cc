using System.Net;

namespace Ccr.Hosting.ServiceBus;

/// <summary>How AMQP reaches the namespace.</summary>
public enum ServiceBusTransport
{
    /// <summary>AMQP over TLS on port 5671 (plain on 5672 for an emulator).</summary>
    AmqpTcp,

    /// <summary>AMQP over WebSockets on port 443: what an on-premises firewall lets out, through a proxy if need be.</summary>
    AmqpWebSockets,
}

/// <summary>Where the namespace is, who asks, and how long to wait: the section <c>ServiceBus</c>; its own value may be the connection string.</summary>
/// <remarks>The Functions host reads the first four of these names too (its documentation of identity-based connections).</remarks>
public sealed class ServiceBusOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "ServiceBus";

    /// <summary>The host name of a namespace (<c>contoso.servicebus.windows.net</c>), which means Entra ID. This or a connection string is required.</summary>
    public string? FullyQualifiedNamespace { get; set; }

    /// <summary>The client id of a user-assigned managed identity. Default: none, so that Entra ID takes whatever identity is there.</summary>
    public string? ClientId { get; set; }

    /// <summary>What kind of identity the Functions host is to use; without effect here, where whatever identity is there is taken.</summary>
    public string? Credential { get; set; }

    /// <summary>TCP (default) or WebSockets.</summary>
    public ServiceBusTransport TransportType { get; set; }

    /// <summary>
    /// A connection string with <c>SharedAccessKeyName</c> and <c>SharedAccessKey</c>, with <c>SharedAccessSignature</c> or with
    /// <c>UseDevelopmentEmulator=true</c>; or a host name, as in <see cref="FullyQualifiedNamespace"/>.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// The HTTP proxy for WebSockets, for example <c>http://proxy.corp:3128</c>; a user name and password in it are used, else the credentials of the
    /// account that runs the process. Default: none, not even the system's.
    /// </summary>
    public Uri? Proxy { get; set; }

    /// <summary>
    /// A PEM file with further certificate authorities to trust. Default: only the machine's own. Not with WebSockets, where the client does not ask:
    /// there the authority belongs into the machine's store or into <c>SSL_CERT_FILE</c>.
    /// </summary>
    public string? TrustedCaFile { get; set; }

    /// <summary>
    /// How long one operation may take, opening the connection included. Default 60 s; 1 s to 10 min. Shorter finds a dead broker sooner, and gives up
    /// on a slow one too.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The first wait before a lost entity is looked for again; it doubles from there. Default 500 ms; 10 ms to 1 min.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest of these waits, and the wait after a fault that somebody must mend (entity missing, access refused). Default 30 s; at least
    /// <see cref="ReconnectDelay"/>, at most an hour. Shorter notices a repair sooner.
    /// </summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>For how long the lock on a message is kept while its handler runs. Default one hour; 1 min to 1 day.</summary>
    public TimeSpan MaxLockRenewal { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long whoever asks whether all is well waits for an answer: the answer is to be there within five seconds.</summary>
    internal TimeSpan ProbePatience { get; set; } = TimeSpan.FromSeconds(4.5);

    /// <summary>What is connected to: a connection string or a host name.</summary>
    internal string Connection => FullyQualifiedNamespace ?? ConnectionString ?? "";

    /// <summary>Whether the connection is a host name, which means Entra ID.</summary>
    internal bool IsHostName => !Connection.Contains('=', StringComparison.Ordinal);

    /// <summary>The namespace: its host name, and its port where that is another than usual.</summary>
    public string Namespace => (IsHostName ? Connection.Trim() : Parse(Connection)?.Endpoint.Authority ?? "").ToLowerInvariant();

    private bool IsNamedTwice { get; set; }

    /// <summary>Options for a connection string or a host name, with the defaults for all else.</summary>
    public static ServiceBusOptions For(string connection) => new() { ConnectionString = connection };

    /// <summary>Takes the value of the section itself as the connection string, as the Functions host does.</summary>
    public void Complete(string? value)
    {
        IsNamedTwice = new[] { value, ConnectionString, FullyQualifiedNamespace }.Count(each => each is not null) > 1;
        ConnectionString ??= value;
    }

    /// <summary>Every fault, with its key below the one given and what to write instead; no text repeats a value that could be a secret.</summary>
    public IEnumerable<ConfigurationFault> FindFaults(string key = Section) =>
        [.. FindConnectionFaults(key), .. FindTransportFaults(key), .. FindTimeFaults(key)];

    /// <summary>A proxy with the credentials in its address, else with those of the account that runs the process.</summary>
    internal static WebProxy ProxyOf(Uri proxy)
    {
        var parts = proxy.UserInfo.Split(':', 2);
        return new WebProxy(proxy)
        {
            Credentials = parts[0].Length == 0
                ? CredentialCache.DefaultNetworkCredentials
                : new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? "")),
        };
    }

    /// <summary>The options of Microsoft's client that these mean.</summary>
    internal ServiceBusClientOptions ToClientOptions(int retries = 1)
    {
        var options = new ServiceBusClientOptions
        {
            TransportType = TransportType == ServiceBusTransport.AmqpWebSockets ? ServiceBusTransportType.AmqpWebSockets : ServiceBusTransportType.AmqpTcp,
            RetryOptions = new ServiceBusRetryOptions
            {
                MaxRetries = retries,
                Delay = ReconnectDelay,
                MaxDelay = MaxReconnectDelay,
                TryTimeout = OperationTimeout,
            },
        };
        if (Proxy is not null) options.WebProxy = ProxyOf(Proxy);
        if (TrustedCaFile is not null) options.CertificateValidationCallback = ServerTrust.Load(TrustedCaFile).Validate;

        // The client takes the port of an emulator only; a broker on another port is reached as a custom endpoint.
        var isEmulator = Connection.Contains("UseDevelopmentEmulator", StringComparison.OrdinalIgnoreCase);
        if (!IsHostName && !isEmulator && Parse(Connection)?.Endpoint is { IsDefaultPort: false, Port: > 0 } endpoint) options.CustomEndpointAddress = endpoint;
        return options;
    }

    private static ConfigurationFault Fault(ReasonCode reason, string key) => new(reason, key, $": {reason.Meaning}. {reason.Remedy}");

    private static ServiceBusConnectionStringProperties? Parse(string text)
    {
        try
        {
            return ServiceBusConnectionStringProperties.Parse(text) is { Endpoint.Host.Length: > 0 } parsed ? parsed : null;
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private IEnumerable<ConfigurationFault> FindConnectionFaults(string key)
    {
        if (IsNamedTwice)
            yield return ConfigurationFault.Of(key, "is named in several ways: write its own value, connectionString or fullyQualifiedNamespace.");

        if (string.IsNullOrWhiteSpace(Connection))
        {
            yield return Fault(ServiceBusReasons.ConnectionMissing, key);
        }
        else if (IsHostName)
        {
            if (Uri.CheckHostName(Connection.Trim()) != UriHostNameType.Dns) yield return Fault(ServiceBusReasons.ConnectionUnreadable, key);
        }
        else if (Parse(Connection) is not { } parsed)
        {
            yield return Fault(ServiceBusReasons.ConnectionUnreadable, key);
        }
        else
        {
            var hasKey = parsed.SharedAccessKeyName is { Length: > 0 } && parsed.SharedAccessKey is { Length: > 0 };
            if (hasKey == parsed.SharedAccessSignature is { Length: > 0 }) yield return Fault(ServiceBusReasons.CredentialMissing, key);
            if (ClientId is not null) yield return Fault(ServiceBusReasons.ClientIdWithoutMeaning, $"{key}:clientId");
        }
    }

    private IEnumerable<ConfigurationFault> FindTransportFaults(string key)
    {
        var overWebSockets = TransportType == ServiceBusTransport.AmqpWebSockets;
        if (Proxy is not null && !(overWebSockets && Proxy.IsAbsoluteUri && Proxy.Scheme is "http" or "https"))
            yield return Fault(ServiceBusReasons.ProxyInvalid, $"{key}:proxy");
        if (TrustedCaFile is not null && overWebSockets) yield return Fault(ServiceBusReasons.CaFileWithWebSockets, $"{key}:trustedCaFile");
        else if (TrustedCaFile is not null && ServerTrust.FindFault(TrustedCaFile) is { } unreadable)
            yield return new ConfigurationFault(ServiceBusReasons.CaFileInvalid, $"{key}:trustedCaFile", $": {unreadable} Name one with certificates.");
    }

    private IEnumerable<ConfigurationFault> FindTimeFaults(string key)
    {
        (string Name, TimeSpan Value, TimeSpan Least, TimeSpan Most)[] times =
        [
            (nameof(OperationTimeout), OperationTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            (nameof(ReconnectDelay), ReconnectDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            (nameof(MaxReconnectDelay), MaxReconnectDelay, ReconnectDelay, TimeSpan.FromHours(1)),
            (nameof(MaxLockRenewal), MaxLockRenewal, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
        ];
        return times.Where(time => time.Value < time.Least || time.Value > time.Most)
            .Select(time => new ConfigurationFault(
                ServiceBusReasons.TimeOutOfRange, $"{key}:{time.Name}", $"is {time.Value:c}: write a time from {time.Least:c} to {time.Most:c}."));
    }
}
