using Amqp.Framing;
using Amqp.Handler;

namespace Ccr.ServiceBus.Transports;

/// <summary>A peek-lock receiving link from one entity.</summary>
internal sealed class ReceiverChannel : Channel
{
    private static readonly TimeSpan DrainPoll = TimeSpan.FromMilliseconds(5);

    private readonly Action<ReceiverChannel, IDelivery> _onDelivery;
    private PeekLockLink? _link;

    private ReceiverChannel(ChannelContext context, Action<ReceiverChannel, IDelivery> onDelivery)
        : base(context) => _onDelivery = onDelivery;

    /// <summary>The link's name, by which requests to <c>$management</c> refer to it.</summary>
    public string LinkName { get; private set; } = "";

    /// <summary>Opens the link, without credit.</summary>
    /// <param name="context">Where and for whom.</param>
    /// <param name="onDelivery">Called with each message, on the connection's read loop: it must not block.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<ReceiverChannel> OpenAsync(
        ChannelContext context, Action<ReceiverChannel, IDelivery> onDelivery, CancellationToken cancellationToken) =>
        OpenAsync(
            context, () => new ReceiverChannel(context, onDelivery), channel => channel.AttachAsync(cancellationToken));

    /// <summary>Lets the broker send that many messages more.</summary>
    public void Grant(int messages) => _link!.Grant(messages);

    /// <summary>Has the broker give back the credit that is left; messages that it still sends arrive as usual.</summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        var start = Context.Time.GetTimestamp();
        _link!.Drain();
        while (!Closed.IsCompleted && _link.Credit > 0 && Context.Time.GetElapsedTime(start) < timeout)
            await Task.Delay(DrainPoll, Context.Time);
    }

    /// <inheritdoc cref="PeekLockLink.DisposeAsync"/>
    public Task<DeliveryState?> DisposeAsync(IDelivery delivery, DeliveryState outcome) =>
        _link!.DisposeAsync(delivery, outcome);

    private async Task AttachAsync(CancellationToken cancellationToken)
    {
        LinkName = $"{Context.Entity}-{Guid.NewGuid():N}";
        (_link, _) = await AttachAsync(
            onAttached => new PeekLockLink(
                Session, LinkName, Context.Entity, Context.SettleMode, onAttached, delivery => _onDelivery(this, delivery)),
            cancellationToken);
    }
}
