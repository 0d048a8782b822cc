using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Sites;

namespace Ccr.Core.Configuration;

/// <summary>Everything that can be configured about the job itself: the section <c>Ccr</c>.</summary>
public sealed class CcrOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Ccr";

    /// <summary>The NetBIOS domain of machines whose event names none. Default: none, so that such an event is rejected.</summary>
    public string? DefaultDomain { get; set; }

    /// <summary>The key of the site of machines whose event names none. It may be left out when there is one site.</summary>
    public string? DefaultSite { get; set; }

    /// <summary>The sites, by key. At least one is needed.</summary>
    public IDictionary<string, SiteOptions> Sites { get; } = new Dictionary<string, SiteOptions>(StringComparer.Ordinal);

    /// <summary>How events are read.</summary>
    public EventOptions Events { get; } = new();

    /// <summary>How requests are submitted.</summary>
    public SubmissionOptions Submissions { get; } = new();

    /// <summary>Which machines may be pushed.</summary>
    public TargetOptions Targets { get; } = new();

    /// <summary>How old an event may be.</summary>
    public FreshnessOptions Freshness { get; } = new();

    /// <summary>The maintenance windows, by the key of their site. A site without any is always open.</summary>
    public IDictionary<string, IList<WindowOptions>> Windows { get; } = new Dictionary<string, IList<WindowOptions>>(StringComparer.Ordinal);

    /// <summary>When so many machines at once are taken for an outage.</summary>
    public StormOptions Storms { get; } = new();

    /// <summary>How fast a management point is sent requests.</summary>
    public RateOptions Rate { get; } = new();

    /// <summary>When a management point is left alone.</summary>
    public CircuitOptions Circuit { get; } = new();

    /// <summary>How long the ledger keeps what is over.</summary>
    public LedgerOptions Ledger { get; } = new();

    /// <summary>Every fault in the configuration, each with its key and with what to write instead.</summary>
    public IEnumerable<string> FindFaults()
    {
        if (DefaultDomain is not null && !DomainName.TryParse(DefaultDomain, out _, out var fault))
            yield return $"{Section}:{nameof(DefaultDomain)}: {fault}.";
        var siteFaults = new List<string>();
        SiteTableBuilder.Build(Sites, DefaultSite, Section, siteFaults);
        foreach (var each in siteFaults) yield return each;
        foreach (var each in Events.FindFaults($"{Section}:{nameof(Events)}")) yield return each;
        foreach (var each in Submissions.FindFaults($"{Section}:{nameof(Submissions)}")) yield return each;
        foreach (var each in Targets.FindFaults($"{Section}:{nameof(Targets)}", DefaultDomain)) yield return each;
        foreach (var each in Freshness.FindFaults($"{Section}:{nameof(Freshness)}")) yield return each;
        foreach (var each in FindWindowFaults()) yield return each;
        foreach (var each in Storms.FindFaults($"{Section}:{nameof(Storms)}")) yield return each;
        foreach (var each in Rate.FindFaults($"{Section}:{nameof(Rate)}")) yield return each;
        foreach (var each in Circuit.FindFaults($"{Section}:{nameof(Circuit)}")) yield return each;
        foreach (var each in Ledger.FindFaults($"{Section}:{nameof(Ledger)}", this)) yield return each;
    }

    private IEnumerable<string> FindWindowFaults()
    {
        foreach (var (site, windows) in Windows)
        {
            var key = $"{Section}:{nameof(Windows)}:{site}";
            if (!Sites.ContainsKey(site)) yield return $"{key} is for a site that is not configured: write the key of one of the sites, {string.Join(", ", Sites.Keys)}.";
            foreach (var fault in windows.SelectMany((window, index) => window.FindFaults($"{key}:{index}"))) yield return fault;
        }
    }
}
