using Amqp.Framing;
using Amqp.Handler;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Receiving;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus;

/// <summary>
/// Receives from one queue, subscription or dead-letter queue and calls a handler for each message, until it is stopped;
/// whatever happens to the connection meanwhile. A handler settles its message as the last thing it does; one that throws,
/// or returns without settling, has its message abandoned.
/// </summary>
public sealed class MessagePump : IAsyncDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);

    private readonly ServiceBusConnection _connection;
    private readonly MessagePumpOptions _options;
    private readonly MessageHandling _handling;
    private readonly Keeper<ReceiverChannel> _channels;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _cancelHandlers = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Guarded by _gate.
    private readonly Lock _gate = new();
    private readonly CreditWindow _window;
    private readonly Queue<Delivery> _ready = new();
    private ReceiverChannel? _current;
    private int _running;
    private bool _isStopping;
    private bool _isGrantQueued;

    private Task? _receiving;
    private Task? _stop;

    internal MessagePump(
        ServiceBusConnection connection, string entity, MessagePumpOptions options,
        Func<ReceivedMessage, MessageSettlement, CancellationToken, Task> handler)
    {
        options.ThrowIfInvalid();
        _connection = connection;
        _options = options;
        Entity = entity;
        _handling = new(connection, entity, options.MaxAutoLockRenewal, handler);
        _window = new(options.MaxConcurrentCalls + options.Prefetch);
        _channels = connection.Keep(
            entity, entity, Claims.Listen, (context, token) => ReceiverChannel.OpenAsync(context, OnDelivery, token),
            options.OnFault);
    }

    /// <summary>The path that is received from.</summary>
    public string Entity { get; }

    /// <summary>Begins to receive. Returns at once: a broker or entity that is not there yet is waited for.</summary>
    /// <exception cref="InvalidOperationException">It was started before.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_receiving is not null || _isStopping) throw new InvalidOperationException("A pump starts only once.");
            _receiving = Task.Run(ReceiveAsync, CancellationToken.None);
        }

        Log.Receiving(_connection.Logger, Entity, _options.MaxConcurrentCalls);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Stops: takes no more messages, gives back those whose handler has not begun, lets running handlers finish and
    /// settle. No message is left locked.
    /// </summary>
    /// <param name="cancellationToken">Ends the patience: handlers that still run are cancelled.</param>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate) return _stop ??= StopOnceAsync(cancellationToken);
    }

    /// <summary>Stops, with all the patience that the handlers need.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
        _cancelHandlers.Dispose();
    }

    private async Task ReceiveAsync()
    {
        try
        {
            while (true)
            {
                var channel = await _channels.GetAsync(patient: true, _stopping.Token);
                lock (_gate)
                {
                    _current = channel;
                    _window.Reset();
                }

                Grant();
                await channel.Closed.WaitAsync(_stopping.Token);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
        {
            // Stopping, or the connection was disposed of.
        }
    }

    // Runs on the connection's read loop.
    private void OnDelivery(ReceiverChannel channel, IDelivery delivery)
    {
        _connection.CountInFlight(1);
        Delivery received = new(this, channel, delivery);
        lock (_gate)
        {
            _window.Delivered(onCurrentLink: ReferenceEquals(channel, _current));
            if (_isStopping || _running == _options.MaxConcurrentCalls)
            {
                _ready.Enqueue(received);
                return;
            }

            _running++;
        }

        ThreadPool.UnsafeQueueUserWorkItem(received, preferLocal: false);
    }

    private async Task HandleAsync(Delivery first)
    {
        for (var next = first; next is not null; next = Next())
        {
            await _handling.HandleAsync(next.Channel, next.Wire, next.Settling, _cancelHandlers.Token);
            next.Settling();
            _connection.CountInFlight(-1);
        }
    }

    private Delivery? Next()
    {
        lock (_gate)
        {
            if (!_isStopping && _ready.TryDequeue(out var next)) return next;
            _running--;
            if (_isStopping && _running == 0) _idle.TrySetResult();
            return null;
        }
    }

    private void OnSettling()
    {
        lock (_gate)
        {
            _window.Settled();
            if (!_window.IsWorthTaking)
            {
                // Under load many settle before this runs, and one flow frame serves them all.
                if (_isGrantQueued) return;
                _isGrantQueued = true;
                ThreadPool.UnsafeQueueUserWorkItem(static pump => pump.Grant(), this, preferLocal: false);
                return;
            }
        }

        Grant();
    }

    private void Grant()
    {
        ReceiverChannel? channel;
        int messages;
        lock (_gate)
        {
            _isGrantQueued = false;
            channel = _current;
            messages = channel is null || _isStopping ? 0 : _window.Take();
        }

        if (messages > 0) channel!.Grant(messages);
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        ReceiverChannel? channel;
        lock (_gate)
        {
            _isStopping = true;
            if (_running == 0) _idle.TrySetResult();
            channel = _current;
        }

        await _stopping.CancelAsync();
        if (channel is not null) await channel.DrainAsync(DrainTimeout);
        await GiveBackAsync();
        await WaitForHandlersAsync(cancellationToken);
        await GiveBackAsync();
        if (_receiving is not null) await _receiving;
        await _channels.DisposeAsync();
        Log.Stopped(_connection.Logger, Entity);
    }

    private async Task GiveBackAsync()
    {
        List<Delivery> waiting;
        lock (_gate)
        {
            waiting = [.. _ready];
            _ready.Clear();
        }

        // Released, unlike abandoned, does not count as a delivery.
        var answers = waiting.ConvertAll(delivery => delivery.Channel.DisposeAsync(delivery.Wire, new Released()));
        await Task.WhenAny(Task.WhenAll(answers), Task.Delay(DrainTimeout, _connection.Time));
        _connection.CountInFlight(-waiting.Count);
    }

    private async Task WaitForHandlersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _idle.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await _cancelHandlers.CancelAsync();
            await Task.WhenAny(_idle.Task, Task.Delay(DrainTimeout, _connection.Time, CancellationToken.None));
        }
    }

    private sealed class Delivery(MessagePump pump, ReceiverChannel channel, IDelivery wire) : IThreadPoolWorkItem
    {
        private int _isSettling;

        public ReceiverChannel Channel { get; } = channel;

        public IDelivery Wire { get; } = wire;

        public void Execute() => _ = pump.HandleAsync(this);

        /// <summary>Makes room for another message, once: when the settlement is sent, or else when the handler ends.</summary>
        public void Settling()
        {
            if (Interlocked.Exchange(ref _isSettling, 1) == 0) pump.OnSettling();
        }
    }
}
