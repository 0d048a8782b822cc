using Ccr.ServiceBus.Authorization;

namespace Ccr.ServiceBus;

/// <summary>How AMQP reaches the namespace.</summary>
public enum ServiceBusTransport
{
    /// <summary>AMQP over TLS on port 5671 (plain on 5672 for an emulator).</summary>
    AmqpTcp,

    /// <summary>AMQP over WebSockets on port 443: what an on-premises firewall lets out, through a proxy if need be.</summary>
    AmqpWebSockets,
}

/// <summary>Where the namespace is, who asks, and how long to wait.</summary>
public sealed class ServiceBusConnectionOptions
{
    /// <summary>
    /// A connection string with <c>SharedAccessKeyName</c> and <c>SharedAccessKey</c>, with <c>SharedAccessSignature</c>
    /// or with <c>UseDevelopmentEmulator=true</c>; or the bare host name of a namespace
    /// (<c>contoso.servicebus.windows.net</c>), which means Entra ID. Required.
    /// </summary>
    public string Connection { get; set; } = "";

    /// <summary>
    /// The client id of a user-assigned managed identity. Default: none, so that Entra ID uses the system-assigned
    /// identity or whatever else <c>DefaultAzureCredential</c> finds. Without meaning for connection strings.
    /// </summary>
    public string? ManagedIdentityClientId { get; set; }

    /// <summary>TCP (default) or WebSockets.</summary>
    public ServiceBusTransport Transport { get; set; }

    /// <summary>
    /// The HTTP proxy for WebSockets, for example <c>http://proxy.corp:3128</c>; a user name and password in it are used,
    /// else the credentials of the account that runs the process. Default: none, not even the system's.
    /// </summary>
    public Uri? Proxy { get; set; }

    /// <summary>
    /// A PEM file with further certificate authorities to trust, for a private broker or a proxy that inspects TLS.
    /// Default: only the machine's own.
    /// </summary>
    public string? TrustedCaFile { get; set; }

    /// <summary>
    /// How long one operation may take, waiting for a lost connection included. Default 60 s; 1 s to 10 min. Shorter finds
    /// a dead broker sooner, and gives up on a slow one too.
    /// </summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>The first delay before reconnecting; it doubles from there, jittered. Default 500 ms; 10 ms to 1 min.</summary>
    public TimeSpan ReconnectDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest delay before reconnecting. Default 30 s; at least <see cref="ReconnectDelay"/>.</summary>
    public TimeSpan MaxReconnectDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The delay after a fault that somebody must fix (entity missing, not authorised, certificate not trusted).
    /// Default 2 min; at least <see cref="ReconnectDelay"/>. Shorter notices a repair sooner.
    /// </summary>
    public TimeSpan PermanentFaultDelay { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the connection may be silent before it counts as dead: twice this. 60 s, as in the SDKs.</summary>
    internal TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the broker has a $cbs node and knows the receiver settle mode "second"; false only for tests against a
    /// broker of another kind.
    /// </summary>
    internal bool IsServiceBus { get; set; } = true;

    /// <summary>Finds every fault in these options.</summary>
    /// <returns>One line for each fault: its CCR54xx code, the option, and what to write instead; empty if all is well.</returns>
    public IReadOnlyList<string> Validate()
    {
        List<string> faults = [];
        var settings = ConnectionSettings.Read(Connection, faults);

        if (Proxy is not null && Transport is not ServiceBusTransport.AmqpWebSockets)
            faults.Add("CCR5405: Proxy works only with Transport AmqpWebSockets. Set that, or leave Proxy out.");
        if (Proxy is not null && (!Proxy.IsAbsoluteUri || Proxy.Scheme is not ("http" or "https")))
            faults.Add("CCR5405: Proxy must be an http address such as http://proxy.corp:3128.");
        if (TrustedCaFile is not null && Transports.ServerTrust.Fault(TrustedCaFile) is { } unreadable)
            faults.Add($"CCR5406: TrustedCaFile: {unreadable} Name a PEM file with at least one certificate.");
        if (ManagedIdentityClientId is not null && settings is { Credential: not EntraCredential })
        {
            faults.Add("CCR5407: ManagedIdentityClientId is for a namespace host name. Leave it out, or replace the " +
                "connection string by the host name.");
        }

        RequireRange(nameof(OperationTimeout), OperationTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        RequireRange(nameof(ReconnectDelay), ReconnectDelay, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1));
        RequireRange(nameof(MaxReconnectDelay), MaxReconnectDelay, ReconnectDelay, TimeSpan.FromHours(1));
        RequireRange(nameof(PermanentFaultDelay), PermanentFaultDelay, ReconnectDelay, TimeSpan.FromDays(1));
        return faults;

        void RequireRange(string option, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                faults.Add($"CCR5408: {option} is {value:c}; it must be from {least:c} to {most:c}.");
        }
    }
}
