namespace Ccr.Hosting.Tables;

/// <summary>
/// Switches as they were at most a second ago: many events ask for the same few, and one read answers all that come within that time. What this process
/// writes itself it knows at once.
/// </summary>
internal sealed class RecentSwitches(Func<string, Task<SwitchState>> read, TimeProvider time)
{
    private static readonly TimeSpan MostAge = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Asked, Task<SwitchState> State)> _known = new(StringComparer.Ordinal);

    public Task<SwitchState> ReadAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_known.TryGetValue(key, out var known) || known.State.IsFaulted || time.GetElapsedTime(known.Asked) >= MostAge)
                _known[key] = known = (time.GetTimestamp(), read(key));
            return known.State.WaitAsync(cancellationToken);
        }
    }

    public void Forget(string key)
    {
        lock (_gate) _known.Remove(key);
    }
}
