using Ccr.EmbeddedServiceBus.Storage;

namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>The entities, one lock around them, and the one timer that lets locks, messages and schedules fall due.</summary>
/// <remarks>
/// One lock keeps moves between entities (dead-letter, forward, fan-out) simple and whole. Nothing inside it waits: no socket, no file. Whoever has
/// work for a consumer notes it, and the consumer is woken after the lock is released.
/// </remarks>
internal sealed class Broker : IAsyncDisposable
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(1);
    private readonly Lock _lock = new();
    private readonly EntityContext _context;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly MessageQueue[] _queues;
    private DateTime _armedFor = DateTime.MaxValue;
    private volatile bool _isStopping;

    public Broker(ServiceBusConfig config, EntityLimits limits, IJournal journal, TimeProvider time)
    {
        _time = time;
        _context = new EntityContext(journal, limits, time.GetUtcNow().UtcDateTime);
        Entities = new EntityDirectory(config, _context);
        _queues = [.. Entities.All];
        _timer = time.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public EntityDirectory Entities { get; }
    public IJournal Journal => _context.Journal;

    /// <summary>Gets whether connections are being closed from this side.</summary>
    public bool IsStopping => _isStopping;

    /// <summary>Keeps an id that a stored message has from being given out again.</summary>
    public void ReserveMessageId(long id) => _context.LastMessageId = Math.Max(_context.LastMessageId, id);

    /// <summary>Enters the lock; entities may be used until the turn is disposed.</summary>
    public Turn Enter()
    {
        _lock.Enter();
        return new Turn(this, _time.GetUtcNow().UtcDateTime);
    }

    /// <summary>Says that connections will be closed; what their links report from now on, no client has said.</summary>
    public void Stop() => _isStopping = true;

    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        await Journal.DisposeAsync();
    }

    private void OnTimer()
    {
        using var turn = Enter();
        _armedFor = DateTime.MaxValue;
        _context.ForgetDue();
        foreach (var queue in _queues)
        {
            queue.Advance(turn.Now);
            _context.Due(queue.NextDue);
        }
    }

    private void Leave(DateTime now)
    {
        if (_context.EarliestDue < _armedFor)
        {
            _armedFor = _context.EarliestDue;
            _timer.Change(Delay(_armedFor - now), Timeout.InfiniteTimeSpan);
        }

        var woken = _context.TakeWoken();
        _lock.Exit();
        foreach (var consumer in woken)
            consumer.Wake();
    }

    /// <summary>Whole milliseconds, rounded up, so that the timer does not fire just before its time.</summary>
    private static TimeSpan Delay(TimeSpan wanted) =>
        TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wanted.TotalMilliseconds), 0, MaxDelay.TotalMilliseconds));

    /// <summary>One stay inside the lock.</summary>
    internal readonly struct Turn(Broker broker, DateTime now) : IDisposable
    {
        /// <summary>Gets the time, the same for everything in this turn.</summary>
        public DateTime Now => now;

        public void Dispose() => broker.Leave(now);
    }
}
