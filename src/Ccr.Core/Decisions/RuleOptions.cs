using Ccr.Core.Decisions.Rules;

namespace Ccr.Core.Decisions;

/// <summary>The options of the rules.</summary>
/// <param name="Submissions">How requests are submitted, and for how long a machine is then left alone.</param>
/// <param name="Freshness">How old an event may be.</param>
/// <param name="Storms">When so many machines at once are taken for an outage.</param>
/// <param name="Windows">The maintenance windows, by the key of their site.</param>
public sealed record RuleOptions(
    SubmissionOptions Submissions, FreshnessOptions Freshness, StormOptions Storms, IReadOnlyDictionary<string, IReadOnlyList<WindowOptions>> Windows)
{
    /// <summary>When the maintenance windows of a site open again; null when one is open, or it has none.</summary>
    public DateTimeOffset? ShutUntil(string site, DateTimeOffset now) => new WindowRule(Windows).ShutUntil(site, now);
}
