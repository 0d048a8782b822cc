namespace Ccr.Core.ManagementPoints;

/// <summary>Lets requests through to one management point: so many at once, and so many in any 60 seconds.</summary>
/// <remarks>
/// Written out, as the limiters of System.Threading.RateLimiting tell the time by a clock of their own, which no test can
/// set, and allow twice their limit across the border of two windows.
/// </remarks>
internal sealed class RateGate(RateOptions options, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _places = new(options.MaxConcurrent);
    private readonly Queue<long> _passed = new();

    /// <summary>Waits for a place and for its turn; whoever gets it gives it back by <see cref="Leave"/>.</summary>
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

    public void Leave() => _places.Release();

    public void Dispose() => _places.Dispose();

    /// <summary>Notes that one passes now, or returns how long it has to wait.</summary>
    private TimeSpan? TryPass()
    {
        if (options.MaxPerMinute == 0) return null;

        lock (_passed)
        {
            while (_passed.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Minute) _passed.Dequeue();
            if (_passed.Count >= options.MaxPerMinute) return Minute - time.GetElapsedTime(_passed.Peek());

            _passed.Enqueue(time.GetTimestamp());
            return null;
        }
    }
}
