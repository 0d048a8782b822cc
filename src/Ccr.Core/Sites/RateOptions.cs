using Ccr.Core.Configuration;

namespace Ccr.Core.Sites;

/// <summary>How fast one management point is sent requests by one instance of this process.</summary>
public sealed class RateOptions
{
    /// <summary>
    /// How many requests may be under way to one management point at once, default 10: as many CCRs as the site works on at a time (KB871161).
    /// </summary>
    public int MaxConcurrent { get; set; } = 10;

    /// <summary>
    /// How many requests may reach one management point in any 60 seconds; default 0, no limit. A request counts until 60 seconds after it ended.
    /// </summary>
    public int MaxPerMinute { get; set; }

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (MaxConcurrent is < 1 or > 1000)
            yield return key.Fault(nameof(MaxConcurrent), $"is {MaxConcurrent}: write a number from 1 to 1000, for example 10.");
        if (MaxPerMinute is < 0 or > 100_000)
            yield return key.Fault(nameof(MaxPerMinute), $"is {MaxPerMinute}: write a number from 0 (no limit) to 100000, for example 60.");
    }
}
