using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Ccr.EmbeddedServiceBus;

/// <summary>How the embedded broker runs.</summary>
public sealed class EmbeddedBrokerOptions
{
    /// <summary>Gets the entities; a broker without any refuses every link.</summary>
    public required ServiceBusConfig Config { get; init; }

    /// <summary>Gets the address to listen on. Default 127.0.0.1: only this machine.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Gets the TCP port, or 0 (default) for any free one.</summary>
    public int Port { get; init; }

    /// <summary>Gets the directory that keeps the messages, or null (default): they live in memory and end with the process.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Gets the name of the shared access key. Default RootManageSharedAccessKey.</summary>
    public string SharedAccessKeyName { get; init; } = "RootManageSharedAccessKey";

    /// <summary>Gets the key that tokens must be signed with, or null (default): any token is accepted.</summary>
    public string? SharedAccessKey { get; init; }

    /// <summary>Gets the certificate (with private key) for AMQP over TLS and for wss, on the same port; null (default): no TLS.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Gets the clock for locks, time to live, schedules and tokens. Default: the system's.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Gets the largest encoded message, in bytes. Default 256 KiB, as in the standard tier.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024;

    /// <summary>Gets the number of messages at which an entity refuses more. Default 1,000,000.</summary>
    public int MaxEntityMessages { get; init; } = 1_000_000;

    /// <summary>Gets the encoded bytes at which an entity refuses more. Default 1 GiB.</summary>
    public long MaxEntityBytes { get; init; } = 1L << 30;

    /// <summary>Gets the connections at which further ones are closed at once. Default 5,000.</summary>
    public int MaxConnections { get; init; } = 5_000;

    /// <summary>Gets the time a client has from connecting to its AMQP header. Default 20 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets the time after which a client that reads nothing of what is sent to it is cut off. Default 60 s.</summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
