using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace Ccr.ServiceBus.Transports;

/// <summary>A sending link to one entity.</summary>
internal sealed class SenderChannel : Channel
{
    private static readonly OutcomeCallback OnOutcome = Complete;
    private SenderLink? _link;

    private SenderChannel(ChannelContext context)
        : base(context)
    {
    }

    /// <summary>The largest message, in bytes, that the entity takes.</summary>
    public ulong MaxMessageSize { get; private set; } = ulong.MaxValue;

    /// <summary>The largest batch, in bytes, that the entity takes: smaller where large messages are allowed.</summary>
    public ulong MaxBatchSize { get; private set; } = ulong.MaxValue;

    /// <summary>Opens the link.</summary>
    public static Task<SenderChannel> OpenAsync(ChannelContext context, CancellationToken cancellationToken) =>
        OpenAsync(context, () => new SenderChannel(context), channel => channel.AttachAsync(cancellationToken));

    /// <summary>Sends a message.</summary>
    /// <returns>The peer's outcome; null if the link ended before it came.</returns>
    /// <exception cref="AmqpException">The link had ended already; nothing was sent.</exception>
    public Task<Outcome?> SendAsync(Message message)
    {
        TaskCompletionSource<Outcome?> outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // The overload with a delivery state spares the look for an ambient transaction.
        _link!.Send(message, null, OnOutcome, outcome);
        return outcome.Task;
    }

    private static void Complete(ILink link, Message message, Outcome outcome, object state)
    {
        // The library reports what it drops with a dying link as released or rejected by the peer.
        var sender = (SenderLink)link;
        var ended = outcome is not Accepted
            && (sender.IsClosed || sender.LinkState >= LinkState.DetachPipe || sender.Session.IsClosed);
        ((TaskCompletionSource<Outcome?>)state).TrySetResult(ended ? null : outcome);
    }

    private async Task AttachAsync(CancellationToken cancellationToken)
    {
        (_link, var answer) = await AttachAsync(
            onAttached => new SenderLink(Session, $"{Context.Entity}-{Guid.NewGuid():N}", new Attach
            {
                Source = new Source { Address = Context.Entity },
                Target = new Target { Address = Context.Entity },
            }, onAttached),
            cancellationToken);
        if (answer.MaxMessageSize > 0) MaxMessageSize = answer.MaxMessageSize;
        MaxBatchSize = Math.Min(MaxMessageSize, ReadBatchSize(answer.Properties));
    }

    private static ulong ReadBatchSize(Fields? properties)
    {
        var size = properties?.FirstOrDefault(property => property.Key.ToString() is "com.microsoft:max-message-batch-size");
        return size?.Value switch
        {
            ulong bytes and > 0 => bytes,
            long and > 0 and var bytes => (ulong)bytes,
            uint bytes and > 0 => bytes,
            int and > 0 and var bytes => (ulong)bytes,
            _ => ulong.MaxValue,
        };
    }
}
