namespace Ccr.Hosting.ServiceBus;

/// <summary>Handles one received message, and settles it.</summary>
/// <param name="message">The message, locked for as long as the handler runs.</param>
/// <param name="settlement">Settles it.</param>
/// <param name="stop">The host stops: what was not begun is to be given back.</param>
public delegate Task MessageHandler(ServiceBusReceivedMessage message, ISettlement settlement, CancellationToken stop);

/// <summary>Takes the messages of one entity to a handler until it is stopped, whatever becomes of the broker meanwhile.</summary>
/// <remarks>
/// It receives by itself, since the client's own processor is silent about an empty queue, tries a lasting fault again and again with each of its loops,
/// and can lock itself up without anybody noticing (<see cref="Clients"/>).
/// </remarks>
public sealed class EntityProcessor : IAsyncDisposable
{
    /// <summary>How long one receive waits for a message.</summary>
    private static readonly TimeSpan ReceiveWait = TimeSpan.FromSeconds(30);

    private readonly ServiceBusConnection _connection;
    private readonly string _entity;
    private readonly int _concurrency;
    private readonly MessageHandler _handler;
    private readonly EntityReceiver _receiver;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task _loops = Task.CompletedTask;
    private Task _way = Task.CompletedTask;

    internal EntityProcessor(ServiceBusConnection connection, string entity, int concurrency, MessageHandler handler)
    {
        (_connection, _entity, _concurrency, _handler) = (connection, entity, concurrency, handler);
        _receiver = connection.CreateReceiver(entity);
    }

    /// <summary>Starts taking messages. It succeeds without a broker too: what is wrong is said within five seconds, and tried again.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _way = RecoverAsync(null);
        _loops = Task.WhenAll(Enumerable.Range(0, _concurrency).Select(_ => Task.Run(LoopAsync)));
        Log.Receiving(_connection.Logger, _entity, _concurrency);
        return Task.CompletedTask;
    }

    /// <summary>Takes no more messages, and returns when the handlers of those that were taken have ended.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _loops.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        await _receiver.DisposeAsync();
        _stop.Dispose();
    }

    private async Task LoopAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            await _way;
            try
            {
                foreach (var message in await _receiver.ReceiveAsync(1, ReceiveWait, _stop.Token)) await HandleAsync(message);
            }
            catch (MessagingException fault)
            {
                // One looks for the way for all of them, so that a fault that lasts is neither said nor tried again and again.
                lock (_gate)
                {
                    if (_way.IsCompleted) _way = RecoverAsync(fault);
                }
            }
            catch (Exception) when (_stop.IsCancellationRequested)
            {
                // Stopped.
            }
        }
    }

    private async Task HandleAsync(ServiceBusReceivedMessage message)
    {
        _connection.Monitor.Begin();
        _connection.Monitor.Served(_entity);
        using var ended = new CancellationTokenSource();
        var renewal = new LockRenewal(_connection, _receiver, _entity).KeepAsync(message, ended.Token);
        var settlement = new ProcessorSettlement(_connection, _receiver, _entity, message);
        try
        {
            // What was begun when a stop comes is still waited for.
            await Draining.RunAsync(stop => _handler(message, settlement, stop), _connection.Time, _stop.Token);
        }
        catch (Exception fault)
        {
            if (!_stop.IsCancellationRequested) Log.HandlerFailed(_connection.Logger, fault, _entity);
            await settlement.GiveBackAsync();
        }
        finally
        {
            await ended.CancelAsync();
            await renewal;
            _connection.Monitor.End();
        }
    }

    /// <summary>Returns when the entity can be received from, or nothing is to be received any more.</summary>
    private async Task RecoverAsync(MessagingException? last)
    {
        var (next, longest) = (_connection.Options.ReconnectDelay, _connection.Options.MaxReconnectDelay);
        var stop = _stop.Token;
        for (last ??= await ProbeAsync(stop); last is not null && !stop.IsCancellationRequested; next *= 2)
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
            await _connection.ProbeReceivingAsync(_entity, stop);
            return null;
        }
        catch (Exception fault) when (fault is MessagingException or OperationCanceledException)
        {
            return fault as MessagingException;
        }
    }
}
