namespace Ccr.ServiceBus.Keeping;

/// <summary>One thing that runs out unless it is renewed: a token or a message lock.</summary>
/// <param name="dueAt">When to renew it for the first time.</param>
internal abstract class Renewal(DateTimeOffset dueAt)
{
    // Most messages are settled before their lock is due, and never need one.
    private Lifetime? _lifetime;

    internal long Id { get; set; }

    internal bool IsRemoved { get; set; }

    internal DateTimeOffset DueAt { get; private set; } = dueAt;

    /// <summary>Renews it.</summary>
    /// <returns>When to renew it again.</returns>
    protected abstract Task<DateTimeOffset> RenewAsync(CancellationToken cancellationToken);

    /// <summary>Told about each fault that is not just the last one again.</summary>
    /// <returns>Whether to go on trying.</returns>
    protected abstract bool OnNews(MessagingException fault);

    /// <summary>Renews once.</summary>
    /// <returns>Whether to go on renewing.</returns>
    internal async Task<bool> RunAsync(Func<Lifetime> lifetimes, TimeProvider time, CancellationToken cancellationToken)
    {
        _lifetime ??= lifetimes();
        try
        {
            _lifetime.Obtained(time.GetUtcNow(), await RenewAsync(cancellationToken));
        }
        catch (MessagingException fault)
        {
            if (_lifetime.Failed(time.GetUtcNow(), fault) && !OnNews(fault)) return false;
        }

        DueAt = _lifetime.DueAt;
        return true;
    }
}

/// <summary>Renews everything in time, with one timer.</summary>
internal sealed class Renewals : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly SortedSet<Renewal> _waiting = new(Comparer<Renewal>.Create(static (a, b) =>
        a.DueAt != b.DueAt ? a.DueAt.CompareTo(b.DueAt) : a.Id.CompareTo(b.Id)));

    private readonly CancellationTokenSource _stopped = new();
    private readonly Func<Lifetime> _lifetimes;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private DateTimeOffset _wakesAt = DateTimeOffset.MaxValue;
    private long _lastId;

    /// <param name="lifetimes">Makes the state machine of one renewal.</param>
    /// <param name="time">The clock.</param>
    public Renewals(Func<Lifetime> lifetimes, TimeProvider time)
    {
        _lifetimes = lifetimes;
        _time = time;
        _timer = time.CreateTimer(_ => Wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Renews <paramref name="renewal"/> from when it is first due until it is removed.</summary>
    public void Add(Renewal renewal)
    {
        lock (_gate)
        {
            if (_stopped.IsCancellationRequested) return;
            renewal.Id = ++_lastId;
            Schedule(renewal);
        }
    }

    /// <summary>Renews <paramref name="renewal"/> no more.</summary>
    public void Remove(Renewal renewal)
    {
        lock (_gate)
        {
            renewal.IsRemoved = true;
            _waiting.Remove(renewal);
        }
    }

    /// <summary>Stops renewing.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate) _waiting.Clear();
        await _stopped.CancelAsync();
        await _timer.DisposeAsync();
    }

    private void Schedule(Renewal renewal)
    {
        _waiting.Add(renewal);
        // An alarm that is too early costs less than setting it anew for every message.
        if (renewal.DueAt < _wakesAt) SetAlarm(renewal.DueAt);
    }

    private void SetAlarm(DateTimeOffset at)
    {
        _wakesAt = at;
        if (at == DateTimeOffset.MaxValue) return;
        var delay = at - _time.GetUtcNow();
        _timer.Change(
            delay < TimeSpan.Zero ? TimeSpan.Zero : delay > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : delay,
            Timeout.InfiniteTimeSpan);
    }

    private void Wake()
    {
        List<Renewal> due = [];
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_waiting.Min is { } first && first.DueAt <= now)
            {
                _waiting.Remove(first);
                due.Add(first);
            }

            SetAlarm(_waiting.Min?.DueAt ?? DateTimeOffset.MaxValue);
        }

        foreach (var renewal in due) _ = RunAsync(renewal);
    }

    private async Task RunAsync(Renewal renewal)
    {
        bool goesOn;
        try
        {
            goesOn = await renewal.RunAsync(_lifetimes, _time, _stopped.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (!goesOn) return;
        lock (_gate)
        {
            if (!renewal.IsRemoved && !_stopped.IsCancellationRequested) Schedule(renewal);
        }
    }
}
