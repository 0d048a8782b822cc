using Ccr.ServiceBus.Keeping;

namespace Ccr.ServiceBus.Authorization;

/// <summary>When a token is renewed.</summary>
internal static class TokenRenewal
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(7);
    private static readonly TimeSpan MostJitter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Seven minutes and a little jitter before it expires, as the .NET SDK does; a short-lived token when a quarter of
    /// its time is left.
    /// </summary>
    public static DateTimeOffset DueAt(DateTimeOffset now, DateTimeOffset expires, Jitter jitter)
    {
        if (expires == DateTimeOffset.MaxValue) return expires;
        var left = expires - now;
        var margin = Min(left / 4, Margin) + (Min(left / 10, MostJitter) * jitter.Next());
        var wait = left - margin;
        return now + (wait > Least ? wait : Least);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
