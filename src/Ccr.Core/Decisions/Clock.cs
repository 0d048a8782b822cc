using Ccr.Core.Events;

namespace Ccr.Core.Decisions;

/// <summary>
/// Tells the time by three clocks: this computer's, the time that has passed since this process started, and the
/// broker's, by what it stamped on the message.
/// </summary>
/// <remarks>
/// When this computer's clock is put right by hours, what this process believes goes apart by as much, and cool-downs end
/// later by as much until it is restarted.
/// </remarks>
public sealed class Clock(TimeProvider time)
{
    /// <summary>The longest lock that Service Bus gives (its documentation of message locks: 5 minutes).</summary>
    private static readonly TimeSpan LongestLock = TimeSpan.FromMinutes(5);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private readonly long _startedStamp = time.GetTimestamp();

    /// <summary>The time at which a message is looked at.</summary>
    public Moment Read(IncomingEvent incoming)
    {
        var now = time.GetUtcNow();
        var steady = _started + time.GetElapsedTime(_startedStamp);
        var notBefore = incoming.LockedUntil is { } lockedUntil ? Max(incoming.EnqueuedTime, lockedUntil - LongestLock) : incoming.EnqueuedTime;
        var notAfter = incoming.LockedUntil ?? incoming.EnqueuedTime;
        return new Moment(Min(now, Min(steady, notBefore)), now, Max(now, Max(steady, notAfter)));
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
