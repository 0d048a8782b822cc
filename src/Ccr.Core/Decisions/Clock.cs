namespace Ccr.Core.Decisions;

/// <summary>
/// Tells the time by three clocks: this computer's, the time that has passed since this process started, and the broker's, by what it stamped on the
/// message.
/// </summary>
/// <remarks>
/// When this computer's clock is corrected by some hours, it and the time since the start differ by those hours from then on. Until the process is
/// restarted, cool-downs end later by as much.
/// </remarks>
public sealed class Clock(TimeProvider time)
{
    /// <summary>The longest lock that Service Bus gives (its documentation of message locks: 5 minutes).</summary>
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly long _startedStamp = time.GetTimestamp();
    private readonly Lock _gate = new();
    private DateTimeOffset? _proved;

    /// <summary>A time that the broker's clock has reached, by the messages that were looked at; null before the first.</summary>
    public DateTimeOffset? Proved
    {
        get
        {
            lock (_gate) return _proved;
        }
    }

    /// <summary>The time at which a message is looked at.</summary>
    /// <param name="enqueued">When the broker accepted the message, by its clock.</param>
    /// <param name="lockedUntil">When the broker's lock on it ends, by its clock, if that is known.</param>
    public Moment Read(DateTimeOffset enqueued, DateTimeOffset? lockedUntil)
    {
        var now = time.GetUtcNow();
        var steady = _started + time.GetElapsedTime(_startedStamp);
        var notBefore = lockedUntil is { } until ? Max(enqueued, until - LongestLock) : enqueued;
        var notAfter = lockedUntil ?? enqueued;
        lock (_gate) _proved = _proved is { } proved ? Max(proved, notBefore) : notBefore;
        return new Moment(Min(now, Min(steady, notBefore)), now, Max(now, Max(steady, notAfter)));
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
