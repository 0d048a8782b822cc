namespace Ccr.ServiceBus.Keeping;

/// <summary>How long to wait before trying again.</summary>
/// <param name="First">The first delay after a transient fault; it doubles from there.</param>
/// <param name="Most">The longest delay after a transient fault.</param>
/// <param name="Permanent">The delay after a fault that somebody must fix first.</param>
internal sealed record RetryDelays(TimeSpan First, TimeSpan Most, TimeSpan Permanent)
{
    /// <summary>The delay after the given number of transient faults in a row, from 1; half of it is jitter.</summary>
    public TimeSpan AfterTransient(int failures, Jitter jitter)
    {
        var whole = Math.Min(First.Ticks * Math.Pow(2, Math.Min(failures - 1, 30)), Most.Ticks);
        return TimeSpan.FromTicks((long)(whole * (0.5 + (jitter.Next() / 2))));
    }

    /// <summary>The delay after a permanent fault, up to a tenth more or less.</summary>
    public TimeSpan AfterPermanent(Jitter jitter) => Permanent * (0.9 + (jitter.Next() / 5));

    /// <summary>
    /// The delay before reopening what had been open for long: hardly any, but not the same for all clients of a broker
    /// that has just restarted.
    /// </summary>
    public TimeSpan AfterLoss(Jitter jitter) => First * jitter.Next();
}
