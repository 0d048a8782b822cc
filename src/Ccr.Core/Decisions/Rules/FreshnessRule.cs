using Ccr.Core.Configuration;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>How old an event may be.</summary>
public sealed class FreshnessOptions
{
    /// <summary>
    /// The age at which an event is ignored when it is first looked at, default one day; 00:00:00 takes any age. A request that waits here, for its
    /// maintenance window for example, does not grow too old by that.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(1);

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (MaxAge < TimeSpan.Zero || (MaxAge > TimeSpan.Zero && MaxAge < TimeSpan.FromMinutes(1)))
            yield return key.Fault(nameof(MaxAge), $"is {MaxAge}: write a time from 00:01:00, for example 1.00:00:00, or 00:00:00 to take events of any age.");
    }
}

/// <summary>An old event says how things were: the machine may have been repaired since.</summary>
internal static class FreshnessRule
{
    public static Decision? Decide(ReinstallRequest request, Moment at, FreshnessOptions options)
    {
        if (options.MaxAge == TimeSpan.Zero || request.HasWaited || request.EventTime is not { } time || at.Now - time <= options.MaxAge) return null;

        return new Decision.Conclude(new Verdict(
            Outcome.Ignored, DecisionReasons.Stale, $"the event is of {time:u}, and events are acted on for {options.MaxAge}"));
    }
}
