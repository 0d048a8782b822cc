using Amqp;
using Ccr.ServiceBus.Authorization;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;

namespace Ccr.ServiceBus.Transports;

/// <summary>An open connection, together with its way to authorise links.</summary>
internal sealed class AuthorizedConnection : IKept
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource<MessagingException> _closed =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public AuthorizedConnection(Connection amqp, string name, Cbs? cbs)
    {
        Amqp = amqp;
        Cbs = cbs;
        amqp.AddClosedCallback((_, error) =>
            _closed.TrySetResult(Faults.ConnectionLost(name, error?.Description ?? error?.Condition ?? "closed")));
        _ = cbs?.Closed.ContinueWith(ended => _closed.TrySetResult(ended.Result), TaskScheduler.Default);
    }

    /// <summary>The connection, for opening sessions.</summary>
    public Connection Amqp { get; }

    /// <summary>Authorises links; null if the broker needs no tokens.</summary>
    public Cbs? Cbs { get; }

    /// <inheritdoc/>
    public Task<MessagingException> Closed => _closed.Task;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Cbs is not null) await Cbs.DisposeAsync();
        try
        {
            await Amqp.CloseAsync(CloseTimeout, null);
        }
        catch (Exception exception) when (exception is AmqpException or TimeoutException or ObjectDisposedException)
        {
            // It is going away; how the peer takes that is of no interest.
        }

        // The library completes this on its own thread, which whoever blocks after it must not keep.
        await Task.Yield();
    }
}
