namespace Ccr.ServiceBus.Keeping;

/// <summary>Something open that may close by itself.</summary>
internal interface IKept : IAsyncDisposable
{
    /// <summary>Completes, with the reason, when it has closed.</summary>
    Task<MessagingException> Closed { get; }
}

/// <summary>
/// Keeps one <typeparamref name="T"/> open for all who need it: opens it when first asked for and reopens it when it was
/// lost, as its <see cref="Lifetime"/> decides.
/// </summary>
/// <param name="lifetime">Decides when to open.</param>
/// <param name="time">The clock.</param>
/// <param name="ready">
/// Waits until all is there that <paramref name="open"/> needs and that has a lifetime of its own; told whether to wait
/// through permanent faults too.
/// </param>
/// <param name="open">Opens a new one.</param>
/// <param name="onNews">Called with each fault that is not just the last one again.</param>
internal sealed class Keeper<T>(
    Lifetime lifetime,
    TimeProvider time,
    Func<bool, CancellationToken, Task> ready,
    Func<CancellationToken, Task<T>> open,
    Action<MessagingException> onNews) : IAsyncDisposable
    where T : class, IKept
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stopped = new();
    private volatile T? _current;
    private Task<T>? _opening;

    /// <summary>The open one, or null.</summary>
    public T? Current => _current is { Closed.IsCompleted: false } current ? current : null;

    /// <summary>The last fault, until it is open again.</summary>
    public MessagingException? Fault
    {
        get { lock (_gate) return lifetime.Fault; }
    }

    /// <summary>Since when it is open; null if it is not.</summary>
    public DateTimeOffset? OpenSince
    {
        get { lock (_gate) return Current is null ? null : lifetime.HeldSince; }
    }

    /// <summary>Gives the open one, waiting through transient faults until cancelled.</summary>
    /// <param name="patient">Whether to wait through permanent faults too.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="MessagingException">A permanent fault, found now or not yet due for another try.</exception>
    public ValueTask<T> GetAsync(bool patient, CancellationToken cancellationToken) =>
        Current is { } current ? new(current) : new(WaitAsync(patient, cancellationToken));

    /// <summary>Closes what is open, for good.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<T>? opening;
        lock (_gate) opening = _opening;
        await _stopped.CancelAsync();
        if (opening is not null) await opening.ContinueWith(_ => { }, TaskScheduler.Default);
        if (_current is { } current) await current.DisposeAsync();
    }

    private async Task<T> WaitAsync(bool patient, CancellationToken cancellationToken)
    {
        while (true)
        {
            await ready(patient, cancellationToken);
            Task<T> opening;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_stopped.IsCancellationRequested, this);
                if (Current is { } current) return current;
                if (!patient && _opening is null && lifetime.IsRefused(time.GetUtcNow())) throw lifetime.Fault!;
                opening = _opening ??= OpenAsync();
            }

            try
            {
                return await opening.WaitAsync(cancellationToken);
            }
            catch (MessagingException fault) when (patient || fault.IsTransient)
            {
                // The lifetime knows when to try again; the next round waits for that.
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ObjectDisposedException("The connection was disposed of while this waited.", exception);
            }
        }
    }

    private async Task<T> OpenAsync()
    {
        // Never run under the caller's lock.
        await Task.Yield();
        try
        {
            NoteLoss();
            await WaitUntilDueAsync(_stopped.Token);
            await ready(true, _stopped.Token);
            return await OpenOnceAsync();
        }
        finally
        {
            lock (_gate) _opening = null;
        }
    }

    private async Task<T> OpenOnceAsync()
    {
        T opened;
        try
        {
            opened = await open(_stopped.Token);
        }
        catch (MessagingException fault)
        {
            bool isNews;
            lock (_gate) isNews = lifetime.Failed(time.GetUtcNow(), fault);
            if (isNews) onNews(fault);
            throw;
        }

        lock (_gate)
        {
            lifetime.Obtained(time.GetUtcNow(), DateTimeOffset.MaxValue);
            _current = opened;
        }

        _ = opened.Closed.ContinueWith(_ => NoteLoss(), TaskScheduler.Default);
        return opened;
    }

    // Called by whoever sees it first: the closing itself, or the next caller who wants it open.
    private void NoteLoss()
    {
        T lost;
        bool isNews;
        lock (_gate)
        {
            if (_current is not { Closed.IsCompleted: true } || _stopped.IsCancellationRequested) return;
            lost = _current;
            _current = null;
            isNews = lifetime.Lost(time.GetUtcNow(), lost.Closed.Result);
        }

        if (isNews) onNews(lost.Closed.Result);
        _ = lost.DisposeAsync().AsTask();
    }

    private async Task WaitUntilDueAsync(CancellationToken cancellationToken)
    {
        TimeSpan delay;
        lock (_gate) delay = lifetime.DueAt - time.GetUtcNow();
        if (delay > TimeSpan.Zero) await Task.Delay(delay, time, cancellationToken);
    }
}
