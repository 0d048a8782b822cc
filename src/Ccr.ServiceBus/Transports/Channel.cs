using Amqp;
using Amqp.Framing;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;

namespace Ccr.ServiceBus.Transports;

/// <summary>One session with the links of one purpose, which live and die together.</summary>
internal abstract class Channel(ChannelContext context) : IKept
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<MessagingException> _closed =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly List<Link> _links = [];
    private IDisposable? _authorization;

    /// <inheritdoc/>
    public Task<MessagingException> Closed => _closed.Task;

    protected ChannelContext Context { get; } = context;

    protected Session Session { get; } = new(context.Connection);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links) await QuietlyAsync(() => CloseWithoutWaiting(link));
        await QuietlyAsync(() => Session.CloseAsync(CloseTimeout, null));
        Close(Faults.ConnectionLost($"'{Context.Entity}'", "closed on this side"));
    }

    /// <summary>Takes over an authorisation, which is given up when the channel has closed.</summary>
    public void Own(IDisposable authorization)
    {
        _authorization = authorization;
        if (Closed.IsCompleted) authorization.Dispose();
    }

    /// <summary>Attaches one link and waits for the peer's answer.</summary>
    /// <returns>The peer's attach.</returns>
    /// <exception cref="MessagingException">The peer refused, or did not answer.</exception>
    protected async Task<(TLink Link, Attach Answer)> AttachAsync<TLink>(
        Func<OnAttached, TLink> attach, CancellationToken cancellationToken)
        where TLink : Link
    {
        TaskCompletionSource<Attach> attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var link = attach((link, answer) =>
        {
            // A peer that refuses answers without the terminus and detaches with the reason right after.
            if ((link is SenderLink ? answer.Target : answer.Source) is not null) attached.TrySetResult(answer);
        });
        _links.Add(link);
        link.AddClosedCallback((_, error) =>
        {
            var fault = ErrorReader.Closed(error, Context.Entity, Context.Claim);
            attached.TrySetException(fault);
            Close(fault);
        });

        try
        {
            return (link, await attached.Task.WaitAsync(Context.Timeout, Context.Time, cancellationToken));
        }
        catch (TimeoutException)
        {
            throw Faults.ConnectionLost($"'{Context.Entity}'", "the broker did not answer the attach");
        }
    }

    /// <summary>Called once, when the first of the links has closed.</summary>
    protected virtual void OnClosed(MessagingException fault)
    {
    }

    private static Task CloseWithoutWaiting(Link link)
    {
        link.Close(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    // It is going away; how the peer takes that is of no interest.
    private static async Task QuietlyAsync(Func<Task> close)
    {
        try
        {
            await close();
        }
        catch (Exception exception) when (exception is AmqpException or TimeoutException or ObjectDisposedException)
        {
        }

        // The library completes this on the connection's read loop. Whoever blocks after it must not block that.
        await Task.Yield();
    }

    private void Close(MessagingException fault)
    {
        if (!_closed.TrySetResult(fault)) return;
        OnClosed(fault);
        _authorization?.Dispose();
    }

    /// <summary>Opens a channel's links, and disposes of it if that fails.</summary>
    protected static async Task<T> OpenAsync<T>(ChannelContext context, Func<T> create, Func<T, Task> attach)
        where T : Channel
    {
        T? channel = null;
        try
        {
            channel = create();
            await attach(channel);
            return channel;
        }
        catch (Exception exception)
        {
            if (channel is not null) await channel.DisposeAsync();
            if (exception is AmqpException amqp) throw ErrorReader.Closed(amqp.Error, context.Entity, context.Claim);
            if (exception is ObjectDisposedException) throw Faults.ConnectionLost($"'{context.Entity}'", exception.Message);
            throw;
        }
    }
}
