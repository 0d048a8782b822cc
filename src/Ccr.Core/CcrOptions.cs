using System.Diagnostics.CodeAnalysis;
using Ccr.Core.Configuration;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Sites;
using Ccr.Core.Sites.AdminService;
using Microsoft.Extensions.Configuration;

namespace Ccr.Core;

/// <summary>Everything that can be configured about the job itself: the section <c>Ccr</c>.</summary>
public sealed class CcrOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Ccr";

    /// <summary>Makes the defaults. A trimmed program (the agent's native one) keeps the settings of these types, which are looked at by name.</summary>
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(EventOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(SourceOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(SiteOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(ManagementPointOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(AdminServiceOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(VerificationOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(SubmissionOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(TargetOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(FreshnessOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(WindowOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(StormOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(RateOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(CircuitOptions))]
    [DynamicDependency(DynamicallyAccessedMemberTypes.PublicProperties, typeof(LedgerOptions))]
    public CcrOptions()
    {
    }

    /// <summary>The NetBIOS domain of machines whose event names none. Default: none, so that such an event is rejected.</summary>
    public string? DefaultDomain { get; set; }

    /// <summary>
    /// Other names of domains, by the main name of each: <c>CORP</c> with <c>CORP-OLD</c>. A machine of either is the same machine. Default: none.
    /// </summary>
    [Pairs("Domain", "OtherNames")]
    public IDictionary<string, IList<string>> Domains { get; } = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The key of the site of machines whose event names none. It may be left out when there is one site.</summary>
    public string? DefaultSite { get; set; }

    /// <summary>The sites, by key. At least one is needed.</summary>
    [Pairs("Key")]
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
    [Pairs("Site", "Windows")]
    public IDictionary<string, IList<WindowOptions>> Windows { get; } = new Dictionary<string, IList<WindowOptions>>(StringComparer.Ordinal);

    /// <summary>When so many machines at once are taken for an outage.</summary>
    public StormOptions Storms { get; } = new();

    /// <summary>How fast a management point is sent requests.</summary>
    public RateOptions Rate { get; } = new();

    /// <summary>When a management point is left alone.</summary>
    public CircuitOptions Circuit { get; } = new();

    /// <summary>How long the ledger keeps what is over.</summary>
    public LedgerOptions Ledger { get; } = new();

    /// <summary>The part of them that decides about requests.</summary>
    public RuleOptions ToRules() =>
        new(Submissions, Freshness, Storms, Windows.ToDictionary(site => site.Key, site => (IReadOnlyList<WindowOptions>)[.. site.Value]));

    /// <summary>What reads events as they say.</summary>
    public EventReader ToReader() => new(Events, DefaultDomain is { } text ? DomainName.Parse(text) : null);

    /// <summary>The part of them that says how a site is sent requests.</summary>
    public SubmitterOptions ToSubmitter() => new(Submissions.ImmediateRetries, Submissions.RetryDelay, Rate, Circuit);

    /// <summary>The keys of the sites that are configured, in whichever form they are written.</summary>
    public static IReadOnlyList<string> KeysOfSites(IConfiguration configuration) =>
        [.. PairLists.Read(configuration.GetSection(Section), typeof(CcrOptions), []).GetSection(nameof(Sites)).GetChildren().Select(site => site.Key)];

    /// <summary>Every fault in the configuration.</summary>
    public IEnumerable<ConfigurationFault> FindFaults()
    {
        var faults = new List<ConfigurationFault>();
        if (DefaultDomain is not null && !DomainName.TryParse(DefaultDomain, out _, out var fault))
            faults.Add(Section.Fault(nameof(DefaultDomain), $": {fault}."));
        SiteTableBuilder.Build(Sites, DefaultSite, Section, faults);

        // Pushes are counted for a week, and what became of them is told with their result.
        var comesAgainFor = TimeSpan.FromDays(7) + Freshness.MaxAge + Submissions.CoolDown + Submissions.RetryFor;
        foreach (var awaited in Sites.Values.Where(site => site.Verification.Enabled).Select(site => site.Verification.GiveUpAfter + TimeSpan.FromDays(1)))
            comesAgainFor = awaited > comesAgainFor ? awaited : comesAgainFor;
        return
        [
            .. faults,
            .. DomainAliases.FindFaults($"{Section}:{nameof(Domains)}", Domains, [DefaultDomain, .. Targets.Domains]),
            .. Events.FindFaults($"{Section}:{nameof(Events)}"),
            .. Submissions.FindFaults($"{Section}:{nameof(Submissions)}"),
            .. Targets.FindFaults($"{Section}:{nameof(Targets)}", DefaultDomain),
            .. Freshness.FindFaults($"{Section}:{nameof(Freshness)}"),
            .. Windows.SelectMany(site => FindWindowFaults($"{Section}:{nameof(Windows)}:{site.Key}", site.Key, site.Value)),
            .. Storms.FindFaults($"{Section}:{nameof(Storms)}"),
            .. Rate.FindFaults($"{Section}:{nameof(Rate)}"),
            .. Circuit.FindFaults($"{Section}:{nameof(Circuit)}"),
            .. Ledger.FindFaults($"{Section}:{nameof(Ledger)}", comesAgainFor),
        ];
    }

    private IEnumerable<ConfigurationFault> FindWindowFaults(string key, string site, IList<WindowOptions> windows)
    {
        var faults = windows.SelectMany((window, index) => window.FindFaults($"{key}:{index}"));
        return Sites.ContainsKey(site)
            ? faults
            : faults.Prepend(ConfigurationFault.Of(key, "is for a site that is not configured: write the key of one of the sites, " +
                $"{string.Join(", ", Sites.Keys)}."));
    }
}
