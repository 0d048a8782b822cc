namespace Ccr.ServiceBus.Receiving;

/// <summary>When a message lock is renewed.</summary>
internal static class LockRenewal
{
    private static readonly TimeSpan MostMargin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    // The longest lock that Service Bus grants is five minutes; one that seems longer comes from a clock that is off.
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(5);

    /// <summary>When half of the lock's time is over, or ten seconds before its end if that is later.</summary>
    /// <param name="now">The time here.</param>
    /// <param name="lockedUntil">The end of the lock, by the broker's clock.</param>
    public static DateTimeOffset DueAt(DateTimeOffset now, DateTimeOffset lockedUntil)
    {
        var left = lockedUntil - now;
        if (left > Most) left = Most;
        var wait = left - (left / 2 < MostMargin ? left / 2 : MostMargin);
        return now + (wait > Least ? wait : Least);
    }
}
