using System.Security.Cryptography.X509Certificates;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>The AMQP library's container: its link handling, but messages are kept as the bytes that came in instead of decoded.</summary>
internal sealed class BrokerContainer : IContainer
{
    private readonly ContainerHost _host = new(Array.Empty<Address>());

    public BrokerContainer(TransportProvider transports, ILinkProcessor links)
    {
        CustomTransports = new Dictionary<string, TransportProvider>(StringComparer.Ordinal) { [ConnectionAcceptor.Scheme] = transports };
        // Every address goes to the link processor, also of links whose target is no address at all (transactions).
        _host.AddressResolver = (_, _) => string.Empty;
        _host.RegisterLinkProcessor(links);
    }

    public X509Certificate2? ServiceCertificate => null;
    public IDictionary<string, TransportProvider> CustomTransports { get; }

    public Message CreateMessage(ByteBuffer buffer) => new RawMessage(MessageContent.Span(buffer).ToArray());

    public Link CreateLink(ListenerConnection connection, ListenerSession session, Attach attach) =>
        ((IContainer)_host).CreateLink(connection, session, attach);

    public bool AttachLink(ListenerConnection connection, ListenerSession session, Link link, Attach attach) =>
        ((IContainer)_host).AttachLink(connection, session, link, attach);
}

/// <summary>A received message, not decoded.</summary>
internal sealed class RawMessage(byte[] bytes) : Message
{
    public byte[] Bytes => bytes;

    /// <summary>Decodes the whole message.</summary>
    /// <exception cref="AmqpException">The bytes are no message.</exception>
    public Message Decode()
    {
        for (var position = 0; position < bytes.Length;)
            position = AmqpScanner.End(bytes, position);
        return MessageContent.Decode(bytes);
    }
}
