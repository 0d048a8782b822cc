using Amqp;
using Amqp.Framing;
using Amqp.Handler;

namespace Ccr.ServiceBus.Transports;

/// <summary>A peek-lock receiving link from one entity.</summary>
internal sealed class ReceiverChannel : Channel
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private readonly Action<ReceiverChannel, IDelivery> _onDelivery;
    private PeekLockLink? _link;

    private ReceiverChannel(
        Connection connection, string entity, string claim, TimeProvider time, Action<ReceiverChannel, IDelivery> onDelivery)
        : base(connection, entity, claim)
    {
        _time = time;
        _onDelivery = onDelivery;
    }

    /// <summary>The link's name, by which requests to <c>$management</c> refer to it.</summary>
    public string LinkName { get; private set; } = "";

    /// <summary>Opens the link, without credit.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="entity">The queue or subscription, or its dead-letter queue.</param>
    /// <param name="claim">The claim, for error texts.</param>
    /// <param name="onDelivery">Called with each message, on the connection's read loop: it must not block.</param>
    /// <param name="timeout">How long the attach may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ReceiverChannel> OpenAsync(
        Connection connection, string entity, string claim, Action<ReceiverChannel, IDelivery> onDelivery, TimeSpan timeout,
        TimeProvider time, CancellationToken cancellationToken) => OpenAsync(
            () => new ReceiverChannel(connection, entity, claim, time, onDelivery),
            channel => channel.AttachAsync(timeout, cancellationToken), entity, claim);

    /// <summary>Lets the broker send that many messages more.</summary>
    public void Grant(int messages) => _link!.Grant(messages);

    /// <summary>Has the broker give back the credit that is left; messages that it still sends arrive as usual.</summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        var start = _time.GetTimestamp();
        _link!.Drain();
        while (!Closed.IsCompleted && _link.Credit > 0 && _time.GetElapsedTime(start) < timeout)
            await Task.Delay(DrainPoll, _time);
    }

    /// <inheritdoc cref="PeekLockLink.DisposeAsync"/>
    public Task<DeliveryState?> DisposeAsync(IDelivery delivery, DeliveryState outcome) =>
        _link!.DisposeAsync(delivery, outcome);

    private async Task AttachAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        LinkName = $"{Entity}-{Guid.NewGuid():N}";
        (_link, _) = await AttachAsync(
            onAttached => new PeekLockLink(Session, LinkName, Entity, onAttached, (_, delivery) => _onDelivery(this, delivery)),
            timeout, _time, cancellationToken);
    }
}
