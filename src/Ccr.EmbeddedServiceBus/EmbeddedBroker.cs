using System.Net;
using System.Net.Sockets;
using Ccr.EmbeddedServiceBus.Management;
using Ccr.EmbeddedServiceBus.Storage;
using Ccr.EmbeddedServiceBus.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.EmbeddedServiceBus;

/// <summary>
/// An embedded Service Bus for development and tests: queues, topics and subscriptions over AMQP 1.0, as the official SDKs expect them. It is no
/// Service Bus: the README says what it does not do.
/// </summary>
#pragma warning disable MA0049 // Other projects know the broker by this name
public sealed class EmbeddedBroker : IAsyncDisposable
#pragma warning restore MA0049
{
    private const int MaxRememberedIds = 1_000_000;

    private readonly Broker _broker;
    private readonly ILogger _log;
    private readonly ConnectionAcceptor _acceptor;
    private readonly ConnectionListener _listener;

    private EmbeddedBroker(EmbeddedBrokerOptions options, Broker broker, ILogger log)
    {
        (_broker, _log) = (broker, log);
        _acceptor = new ConnectionAcceptor(options, log);
        var cbs = new CbsNode(options.SharedAccessKeyName, options.SharedAccessKey, options.TimeProvider);
        var nodes = new RequestNodes(cbs, new ManagementNode(_broker, options), _broker, log);
        var container = new BrokerContainer(_acceptor, new LinkRouter(_broker, cbs, nodes, options, log));
        _listener = new ConnectionListener(new Address(options.Address.ToString(), _acceptor.Port, null, null, "/", ConnectionAcceptor.Scheme), container)
        {
            HandlerFactory = _ => ProtocolHandler.Instance,
        };
        _listener.AMQP.MaxFrameSize = FrameInspector.MaxFrameSize;
        _listener.AMQP.MaxSessionsPerConnection = 1024;
        _listener.AMQP.MaxLinksPerSession = 256;
        _listener.AMQP.IdleTimeout = 240_000;
        _listener.AMQP.ContainerId = "embedded-broker-" + Guid.NewGuid().ToString("N")[..8];
        _listener.Open();
        Port = _acceptor.Port;
        ConnectionString = $"Endpoint=sb://{Reachable(options.Address)}:{Port};SharedAccessKeyName={options.SharedAccessKeyName};"
            + $"SharedAccessKey={options.SharedAccessKey ?? "any"};UseDevelopmentEmulator=true";
        log.Started(options.Address.ToString(), Port, options.Config.Queues.Count + options.Config.Topics.Count);
    }

    /// <summary>Gets the TCP port on which clients connect.</summary>
    public int Port { get; }

    /// <summary>Gets a connection string that every Service Bus SDK takes.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a broker; it takes clients when this returns.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="loggers">Where it logs; null: nowhere.</param>
    /// <param name="ct">Cancels the start.</param>
    /// <exception cref="IOException">The port or the data directory cannot be used.</exception>
    /// <exception cref="ServiceBusConfigException">The entities contradict each other; every fault is reported.</exception>
    public static async Task<EmbeddedBroker> StartAsync(EmbeddedBrokerOptions options, ILoggerFactory? loggers = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ct.ThrowIfCancellationRequested();
        var faults = ConfigChecks.Check(options.Config);
        if (faults.Count > 0)
            throw new ServiceBusConfigException(faults);
        var log = (loggers ?? NullLoggerFactory.Instance).CreateLogger<EmbeddedBroker>();
        var broker = OpenBroker(options, log);
        try
        {
            return new EmbeddedBroker(options, broker, log);
        }
        catch
        {
            await broker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Gets the host that clients on this machine connect to when the broker listens on an address.</summary>
    private static string Reachable(IPAddress address)
    {
        if (address.Equals(IPAddress.Any))
            return IPAddress.Loopback.ToString();
        if (address.Equals(IPAddress.IPv6Any))
            return $"[{IPAddress.IPv6Loopback}]";
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
    }

    private static Broker OpenBroker(EmbeddedBrokerOptions options, ILogger log)
    {
        var limits = new EntityLimits(options.MaxEntityMessages, options.MaxEntityBytes, MaxRememberedIds);
        if (options.DataDirectory is not { } directory)
            return new Broker(options.Config, limits, new MemoryJournal(), options.TimeProvider);

        var database = new MessageDatabase(directory);
        var journal = new SqliteJournal(database, options.TimeProvider, log);
        var broker = new Broker(options.Config, limits, journal, options.TimeProvider);
        Restorer.Run(database, broker, directory, log);
        return broker;
    }

    /// <summary>Counts the messages of a queue, a subscription (<c>topic/Subscriptions/name</c>) or a topic.</summary>
    /// <exception cref="ArgumentException">There is no such entity.</exception>
    public EntityCounts GetCounts(string entityPath)
    {
        ArgumentNullException.ThrowIfNull(entityPath);
        var queue = _broker.Entities.Find(entityPath) ?? throw new ArgumentException($"There is no entity '{entityPath}'.", nameof(entityPath));
        using (_broker.Enter())
            return queue.Counts;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _broker.Stop();

        // It throws for a connection that is just ending; the acceptor closes what is left.
        Guard.Run(_log, _listener.Close);
        await _acceptor.DisposeAsync();
        await _broker.DisposeAsync();
    }
}
