namespace Ccr.Console.State;

/// <summary>
/// What all tabs show: one for the process, filled by one poller. A tab reads <see cref="Now"/> and is told when there is a new one, at most twice a second.
/// </summary>
internal sealed class ConsoleState(TimeProvider time)
{
    private readonly Lock _lock = new();
    private Snapshot _now = new();

    /// <summary>Tells that there is a new snapshot.</summary>
    public event EventHandler? Changed;

    /// <summary>Asks the poller to read at once, after something was done here.</summary>
    public event EventHandler? Asked;

    /// <summary>The latest snapshot.</summary>
    public Snapshot Now => Volatile.Read(ref _now);

    /// <summary>Puts what was learnt into a new snapshot.</summary>
    public void Update(Func<Snapshot, Snapshot> change)
    {
        lock (_lock) Volatile.Write(ref _now, change(_now) with { At = time.GetUtcNow(), Beat = _now.Beat + 1 });
    }

    /// <summary>Shows the latest snapshot.</summary>
    public void Show() => Changed?.Invoke(this, EventArgs.Empty);

    /// <summary>Has everything read again now.</summary>
    public void Refresh() => Asked?.Invoke(this, EventArgs.Empty);
}
