using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Machines;
using Ccr.Core.ManagementPoints;

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
    }
}
