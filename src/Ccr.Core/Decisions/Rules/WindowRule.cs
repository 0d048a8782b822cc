using System.Diagnostics.CodeAnalysis;
using Ccr.Core.Configuration;
using Ccr.Core.Results;
using Cronos;

namespace Ccr.Core.Decisions.Rules;

/// <summary>A maintenance window that opens again and again.</summary>
public sealed class WindowOptions
{
    /// <summary>Where the search for an opening begins. Any opening that exists comes within the years after it, even on a 29 February.</summary>
    private static readonly DateTimeOffset Sometime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>When it opens, as five fields of cron: <c>0 22 * * MON-FRI</c> is 22:00 on weekdays. Required.</summary>
    public string? Opens { get; set; }

    /// <summary>How long it stays open, default 8 hours, at most 7 days.</summary>
    public TimeSpan Lasts { get; set; } = TimeSpan.FromHours(8);

    /// <summary>
    /// The time zone of <see cref="Opens"/>, as this computer's system names it (<c>Europe/Berlin</c>, on Windows <c>W. Europe Standard Time</c>);
    /// default UTC. A change to or from summer time moves neither opening nor length.
    /// </summary>
    public string TimeZone { get; set; } = "UTC";

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (Opens is null || !CronExpression.TryParse(Opens, out var cron))
            yield return key.Fault(nameof(Opens), "is no cron expression: write minute, hour, day, month and weekday, for example 0 22 * * MON-FRI.");
        else if (cron.GetNextOccurrence(Sometime, TimeZoneInfo.Utc) is null)
            yield return key.Fault(nameof(Opens), $"is '{Opens}', which never comes: write a day that exists, for example 0 22 * * SAT.");
        if (Lasts < TimeSpan.FromMinutes(1) || Lasts > TimeSpan.FromDays(7))
            yield return key.Fault(nameof(Lasts), $"is {Lasts}: write a time from 00:01:00 to 7.00:00:00, for example 08:00:00.");
        if (!TryFindZone(out _))
        {
            yield return key.Fault(nameof(TimeZone), "is not known on this computer: write UTC, or a name such as Europe/Berlin (on Windows: W. Europe " +
                "Standard Time).");
        }
    }

    internal bool TryFindZone([NotNullWhen(true)] out TimeZoneInfo? zone) => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out zone);
}

/// <summary>The maintenance windows of the sites: outside of them a request waits. A site without any is always open.</summary>
internal sealed class WindowRule(IReadOnlyDictionary<string, IReadOnlyList<WindowOptions>> windowsOfSites)
{
    private readonly Dictionary<string, Window[]> _windows = windowsOfSites
        .ToDictionary(site => site.Key, site => site.Value.Select(Window.Of).ToArray(), StringComparer.Ordinal);

    public Decision.Defer? Decide(ReinstallRequest request, Moment at)
    {
        if (ShutUntil(request.Site.Key, at.Now) is not { } opens) return null;

        return new Decision.Defer(
            new Verdict(Outcome.Deferred, DecisionReasons.OutsideWindow, $"the maintenance window of the site {request.Site.Key} opens {opens:u}"), opens);
    }

    /// <summary>When a site's windows open again; null when one is open.</summary>
    public DateTimeOffset? ShutUntil(string site, DateTimeOffset now) =>
        !_windows.TryGetValue(site, out var windows) || windows.Length == 0 || windows.Any(window => window.IsOpen(now))
            ? null
            : windows.Min(window => window.NextOpening(now)) ?? now.AddDays(1);

    private sealed record Window(CronExpression Opens, TimeSpan Lasts, TimeZoneInfo Zone)
    {
        public static Window Of(WindowOptions options)
        {
            options.TryFindZone(out var zone);
            return new Window(CronExpression.Parse(options.Opens!), options.Lasts, zone!);
        }

        public bool IsOpen(DateTimeOffset now) => Opens.GetOccurrences(now - Lasts, now, Zone, fromInclusive: false, toInclusive: true).Any();

        public DateTimeOffset? NextOpening(DateTimeOffset now) => Opens.GetNextOccurrence(now, Zone)?.ToUniversalTime();
    }
}
