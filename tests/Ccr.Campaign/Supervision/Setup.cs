namespace Ccr.Campaign.Supervision;

/// <summary>How an installation differs from the ordinary one.</summary>
internal sealed record Setup
{
    /// <summary>How the management point misbehaves.</summary>
    public string? Faults { get; init; }

    /// <summary>Settings of the processors, as environment variables: they win over the ordinary ones.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the site is reached through a relay, which is then a process of its own, and served by agents that listen there.</summary>
    public bool HasRelay { get; init; }

    /// <summary>The site that is looked at after pushes, which then stands in the place of the management point; null for none.</summary>
    public FastSiteSetup? Site { get; init; }

    /// <summary>Whether the topic drops no message whose id it knows, so that the witness hears what is published twice.</summary>
    public bool HearsRepeats { get; init; }

    /// <summary>The keys of further sites, which have the same management point or AdminService.</summary>
    public IReadOnlyList<string> OtherSites { get; init; } = [];

    /// <summary>The broken build that stands in for the processor.</summary>
    public string? Broken { get; init; }

    /// <summary>The longest that anything is waited for, whatever the scenario asks for.</summary>
    public TimeSpan MostPatience { get; init; } = TimeSpan.MaxValue;

    /// <summary>Whether results stay on the subscription that people watch, so that processors can look at them; the witness then has another.</summary>
    public bool KeepsResults { get; init; }

    /// <summary>Where the ledger lies; in the installation's own folder by default.</summary>
    public string? LedgerFile { get; init; }
}
