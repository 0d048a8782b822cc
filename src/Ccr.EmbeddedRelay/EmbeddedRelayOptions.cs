using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.EmbeddedRelay;

/// <summary>How the embedded relay runs.</summary>
public sealed class EmbeddedRelayOptions
{
    /// <summary>Gets the names of the hybrid connections, for example <c>hq</c>.</summary>
    public required IReadOnlyCollection<string> Connections { get; init; }

    /// <summary>Gets the address to listen on. Default 127.0.0.1: only this machine.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Gets the TCP port, or 0 (default) for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets the name of the shared access key. Default RootManageSharedAccessKey.</summary>
    public string SharedAccessKeyName { get; init; } = "RootManageSharedAccessKey";

    /// <summary>Gets the key that tokens must be signed with, or null (default): no shared access token is accepted.</summary>
    public string? SharedAccessKey { get; init; }

    /// <summary>
    /// Gets what says until when a bearer token of Entra ID is good, or null (default): none is accepted. The relay cannot ask Entra ID, so tests say
    /// which tokens are good.
    /// </summary>
    public Func<string, DateTimeOffset?>? BearerTokens { get; init; }

    /// <summary>Gets a value indicating whether senders need a token. Default true. Listeners always do.</summary>
    public bool RequiresClientAuthorization { get; init; } = true;

    /// <summary>Gets a value indicating whether methods that HTTP does not know, such as SMS_POST, are let through. Default true.</summary>
    public bool AllowExtensionMethods { get; init; } = true;

    /// <summary>Gets how long a listener has to answer. Default 60 s.</summary>
    public TimeSpan AnswerLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gets the certificate (with private key) for https and wss; null (default): http and ws.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Gets the clock for tokens and limits. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets what chooses a listener for each request. Default: a new one.</summary>
    public Random Random { get; init; } = new();
}
