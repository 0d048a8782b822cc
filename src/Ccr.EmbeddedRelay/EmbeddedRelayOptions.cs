using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.EmbeddedRelay;

/// <summary>A shared access key.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">The key.</param>
/// <param name="CanListen">Whether tokens of it may listen.</param>
/// <param name="CanSend">Whether tokens of it may send.</param>
public sealed record EmbeddedRelayKey(string Name, string Key, bool CanListen = true, bool CanSend = true);

/// <summary>What a token of Entra ID is good for.</summary>
/// <param name="End">Until when.</param>
/// <param name="CanListen">Whether it may listen.</param>
/// <param name="CanSend">Whether it may send.</param>
public sealed record BearerRight(DateTimeOffset End, bool CanListen = true, bool CanSend = true);

/// <summary>How the embedded relay runs.</summary>
public sealed class EmbeddedRelayOptions
{
    /// <summary>Gets the names of the hybrid connections, for example <c>hq</c>.</summary>
    public required IReadOnlyCollection<string> Connections { get; init; }

    /// <summary>Gets the address to listen on. Default 127.0.0.1: only this machine.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Gets the TCP port, or 0 (default) for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets the shared access keys. Default: none, so that no shared access token is accepted.</summary>
    public IReadOnlyCollection<EmbeddedRelayKey> Keys { get; init; } = [];

    /// <summary>
    /// Gets what says what a bearer token of Entra ID is good for, null for nothing. Default: for nothing. The relay cannot ask Entra ID, so whoever
    /// starts it says which tokens are good.
    /// </summary>
    public Func<string, BearerRight?> BearerTokens { get; init; } = _ => null;

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
