using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace Ccr.ServiceBus.Transports;

/// <summary>SASL ANONYMOUS, as the SDKs use it; the token comes later, by $cbs. Goes on over a buffered transport.</summary>
internal sealed class AnonymousSasl() : SaslProfile("ANONYMOUS")
{
    /// <inheritdoc/>
    protected override ITransport UpgradeTransport(ITransport transport) => new BufferedTransport((IAsyncTransport)transport);

    /// <inheritdoc/>
    protected override DescribedList GetStartCommand(string hostname) =>
        new SaslInit { Mechanism = Mechanism, InitialResponse = "anonymous"u8.ToArray(), HostName = hostname };

    /// <inheritdoc/>
    protected override DescribedList? OnCommand(DescribedList command) => null;
}
