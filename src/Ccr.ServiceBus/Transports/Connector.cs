using Amqp;
using Ccr.ServiceBus.Authorization;
using Ccr.ServiceBus.Errors;

namespace Ccr.ServiceBus.Transports;

/// <summary>Opens AMQP connections to one namespace.</summary>
internal sealed class Connector(ConnectionSettings settings, ServiceBusConnectionOptions options)
{
    // Service Bus AMQP: the frame size of the SDKs.
    private const int MaxFrameSize = 65_536;

    private readonly ServerTrust? _trust = options.TrustedCaFile is { } file ? ServerTrust.Load(file) : null;

    /// <summary>Scheme, host and port that are connected to.</summary>
    public Address Address { get; } = AddressOf(settings, options.Transport);

    /// <summary>The address for people.</summary>
    public string DisplayName => $"{Address.Scheme}://{Address.Host}:{Address.Port}";

    /// <summary>Opens a connection.</summary>
    /// <exception cref="MessagingException">It could not be opened within the operation time-out.</exception>
    public async Task<Connection> OpenAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(options.OperationTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        WireEvents events = new();
        var opening = FactoryFor(either.Token).CreateAsync(Address, either.Token, events);
        try
        {
            return await opening.WaitAsync(either.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw ErrorReader.Connecting(exception, DisplayName);
        }
        finally
        {
            // The TLS and SASL handshakes do not hear the cancellation; without their socket they end.
            if (!opening.IsCompletedSuccessfully)
            {
                events.Socket?.Dispose();
                _ = opening.ContinueWith(Discard, TaskScheduler.Default);
            }
        }
    }

    private static void Discard(Task<Connection> late)
    {
        if (late.IsCompletedSuccessfully) late.Result.Close(TimeSpan.Zero);
        else _ = late.Exception;
    }

    private static Address AddressOf(ConnectionSettings settings, ServiceBusTransport transport)
    {
        var (scheme, port) = (transport, settings.IsEmulator) switch
        {
            (ServiceBusTransport.AmqpWebSockets, false) => ("wss", 443),
            (ServiceBusTransport.AmqpWebSockets, true) => ("ws", 80),
            (_, false) => ("amqps", 5671),
            (_, true) => ("amqp", 5672),
        };
        return new(settings.Host, settings.Port ?? port, null, null, "/", scheme);
    }

    private ConnectionFactory FactoryFor(CancellationToken cancellationToken)
    {
        ConnectionFactory factory = options.Transport == ServiceBusTransport.AmqpWebSockets
            ? new([new WebSocketProvider(options.Proxy, _trust, cancellationToken)])
            : new();
        factory.SASL.Profile = new AnonymousSasl();
        factory.AMQP.HostName = settings.Host;
        factory.AMQP.ContainerId = $"ccr-{Guid.NewGuid():N}";
        factory.AMQP.MaxFrameSize = MaxFrameSize;
        // The library announces half of this.
        factory.AMQP.IdleTimeout = (int)options.IdleTimeout.TotalMilliseconds * 2;
        if (_trust is not null) factory.SSL.RemoteCertificateValidationCallback = _trust.Validate;
        return factory;
    }
}
