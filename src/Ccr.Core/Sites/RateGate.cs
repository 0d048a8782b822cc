namespace Ccr.Core.Sites;

/// <summary>Lets requests through to one management point: so many at once, and so many in any 60 seconds.</summary>
/// <remarks>
/// A request counts from when it is let through until 60 seconds after it ended: when in between it reached the management point is not known, and
/// one that was held up on its way must not meet those of the next minute. It is written out here since the limiters of System.Threading.RateLimiting
/// use a clock of their own, which no test can set, and allow twice their limit across the border of two windows.
/// </remarks>
internal sealed class RateGate(RateOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // Never more places than requests in a minute, so that of a full minute one at least has ended, and can be waited for.
    private readonly SemaphoreSlim _places = new(options.MaxPerMinute == 0 ? options.MaxConcurrent : Math.Min(options.MaxConcurrent, options.MaxPerMinute));
    private readonly Queue<long> _ended = new();
    private int _underWay;

    /// <summary>Takes a place if one is free and it is its turn; whoever has a place gives it back by <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (!_places.Wait(0, CancellationToken.None)) return false;
        if (TryPass() is null) return true;

        _places.Release();
        return false;
    }

    /// <summary>Waits for a place and for its turn.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            while (TryPass() is { } wait) await Task.Delay(wait, time, cancellationToken);
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    /// <summary>Gives the place back.</summary>
    /// <param name="used">Whether a request was sent, however it ended; one that was not counts no longer.</param>
    public void Leave(bool used)
    {
        if (options.MaxPerMinute > 0)
        {
            lock (_ended)
            {
                _underWay--;
                if (used) _ended.Enqueue(time.GetTimestamp());
            }
        }

        _places.Release();
    }

    public void Dispose() => _places.Dispose();

    /// <summary>Notes that one passes now, or returns how long it has to wait.</summary>
    private TimeSpan? TryPass()
    {
        if (options.MaxPerMinute == 0) return null;

        lock (_ended)
        {
            while (_ended.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Minute) _ended.Dequeue();
            if (_underWay + _ended.Count >= options.MaxPerMinute) return Minute - time.GetElapsedTime(_ended.Peek());

            _underWay++;
            return null;
        }
    }
}
