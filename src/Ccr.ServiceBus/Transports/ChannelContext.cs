using Amqp;
using Amqp.Framing;

namespace Ccr.ServiceBus.Transports;

/// <summary>What a channel needs to open, and to tell what went wrong.</summary>
/// <param name="Connection">The connection to open the session on.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Claim">The claim that its links need.</param>
/// <param name="Timeout">How long the peer may take to answer.</param>
/// <param name="Time">The clock.</param>
/// <param name="SettleMode">How receiving links are settled.</param>
internal sealed record ChannelContext(
    Connection Connection, string Entity, string Claim, TimeSpan Timeout, TimeProvider Time, ReceiverSettleMode SettleMode);
