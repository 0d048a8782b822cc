namespace Ccr.Hosting.ServiceBus;

/// <summary>Handles one received message, and settles it.</summary>
/// <param name="message">The message, locked for as long as the handler runs.</param>
/// <param name="settlement">Settles it.</param>
/// <param name="stop">The host stops: what was not begun is to be given back.</param>
public delegate Task MessageHandler(ServiceBusReceivedMessage message, ISettlement settlement, CancellationToken stop);

/// <summary>Takes the messages of one entity to a handler until it is stopped, whatever becomes of the broker meanwhile.</summary>
public sealed class EntityProcessor : IAsyncDisposable
{
    private readonly ServiceBusConnection _connection;
    private readonly ServiceBusProcessor _processor;
    private readonly MessageHandler _handler;
    private readonly Lock _gate = new();
    private Task? _recovery;

    internal EntityProcessor(ServiceBusConnection connection, ServiceBusProcessor processor, MessageHandler handler)
    {
        (_connection, _processor, _handler) = (connection, processor, handler);
        processor.ProcessMessageAsync += HandleAsync;
        processor.ProcessErrorAsync += EndureAsync;
    }

    /// <summary>Starts taking messages. It succeeds without a broker too: what is wrong is said within five seconds, and tried again.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _processor.StartProcessingAsync(cancellationToken);
        Log.Receiving(_connection.Logger, _processor.EntityPath, _processor.MaxConcurrentCalls);

        // The client itself is silent about an empty queue, and about a fault for the first twelve seconds.
        _ = ProbeAsync(CancellationToken.None);
    }

    /// <summary>Takes no more messages, and returns when the handlers of those that were taken have ended.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => EndAsync(() => _processor.StopProcessingAsync(cancellationToken));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await EndAsync(() => _processor.DisposeAsync().AsTask());

    /// <summary>A broker that is away cannot be told that nothing more is taken: it finds out by itself, and that is no fault of a stop.</summary>
    private async Task EndAsync(Func<Task> end)
    {
        try
        {
            await end();
        }
        catch (Exception fault) when (fault is TimeoutException or ServiceBusException)
        {
            Log.EndedWithoutTheBroker(_connection.Logger, _processor.EntityPath, MessagingFaults.DetailOf(fault));
        }
    }

    private async Task HandleAsync(ProcessMessageEventArgs received)
    {
        _connection.Monitor.Begin();
        try
        {
            _connection.Monitor.Served(_processor.EntityPath);

            // The client cancels its token as soon as it is to stop; what was sent by then is still waited for.
            var settlement = new ProcessorSettlement(_connection, received);
            await Draining.RunAsync(stop => _handler(received.Message, settlement, stop), _connection.Time, received.CancellationToken);
        }
        finally
        {
            _connection.Monitor.End();
        }
    }

    /// <summary>
    /// The client calls this for each of its receive loops, and each of them waits for it before it tries again: so it returns when the entity can be
    /// received from again, and a fault that lasts is neither said nor tried again and again by all of them.
    /// </summary>
    private Task EndureAsync(ProcessErrorEventArgs error)
    {
        if (error.CancellationToken.IsCancellationRequested || error.Exception is OperationCanceledException) return Task.CompletedTask;
        var fault = MessagingFaults.Of(error.Exception, error.EntityPath, Operation.Receive, error.FullyQualifiedNamespace);
        switch (error.ErrorSource)
        {
            case ServiceBusErrorSource.RenewLock:
                Log.LockNotRenewed(_connection.Logger, error.EntityPath, fault.Message);
                return Task.CompletedTask;

            case ServiceBusErrorSource.ProcessMessageCallback:
                Log.HandlerFailed(_connection.Logger, error.Exception, error.EntityPath);
                return Task.CompletedTask;

            default:
                _connection.Monitor.Failed(fault);
                lock (_gate) return _recovery is { IsCompleted: false } ? _recovery : _recovery = RecoverAsync(fault, error.CancellationToken);
        }
    }

    private async Task RecoverAsync(MessagingException fault, CancellationToken stop)
    {
        var (next, longest) = (_connection.Options.ReconnectDelay, _connection.Options.MaxReconnectDelay);
        for (var last = (MessagingException?)fault; last is not null && !stop.IsCancellationRequested; next *= 2)
        {
            if (next > longest || !last.IsTransient) next = longest;
            await Task.Delay(next, _connection.Time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            last = await ProbeAsync(stop);
        }
    }

    /// <summary>Looks at the entity, and returns what is wrong with the way to it; null when nothing is, or nobody wants to know any more.</summary>
    private async Task<MessagingException?> ProbeAsync(CancellationToken stop)
    {
        try
        {
            await _connection.ProbeReceivingAsync(_processor.EntityPath, stop);
            return null;
        }
        catch (Exception fault) when (fault is MessagingException or OperationCanceledException)
        {
            return fault as MessagingException;
        }
    }
}

/// <summary>Settles what a processor received.</summary>
internal sealed class ProcessorSettlement(ServiceBusConnection connection, ProcessMessageEventArgs received) : ISettlement
{
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(token => received.CompleteMessageAsync(received.Message, token), cancellationToken);
        }
        catch (MessagingException fault) when (fault.Reason == ServiceBusReasons.LockLost)
        {
            // The client says so too when only the confirmation was lost. Either way the work is done, and the ledger knows it.
            Log.CompletedPerhaps(connection.Logger, received.EntityPath, received.Message.SequenceNumber);
        }
    }

    public Task AbandonAsync(CancellationToken cancellationToken) =>
        RunAsync(token => received.AbandonMessageAsync(received.Message, null, token), cancellationToken);

    public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) =>
        RunAsync(token => received.DeadLetterMessageAsync(received.Message, reason, description, token), cancellationToken);

    private Task RunAsync(Func<CancellationToken, Task> settle, CancellationToken cancellationToken) =>
        connection.RunAsync(received.EntityPath, Operation.Settle, settle, cancellationToken);
}
