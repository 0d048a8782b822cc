using System.Diagnostics.CodeAnalysis;

namespace Ccr.Core.Sites;

/// <summary>How requests travel to a site's management points.</summary>
public enum SiteTransport
{
    /// <summary>This process sends the request, if need be through a hybrid connection.</summary>
    Direct,

    /// <summary>The site's agent is handed the request.</summary>
    Agent,

    /// <summary>The site's agent listens on a hybrid connection of Azure Relay, carries the request out and answers at once.</summary>
    Relay,
}

/// <summary>A named group of management points.</summary>
/// <param name="Key">The name by which an event may choose it, compared ordinally.</param>
/// <param name="ManagementPoints">
/// At least one, in order of preference. Of a site that is reached through the relay it is the hybrid connection: the agent knows the site's own.
/// </param>
public sealed record Site(string Key, IReadOnlyList<ManagementPoint> ManagementPoints)
{
    /// <summary>How requests travel there.</summary>
    public SiteTransport Transport { get; init; } = SiteTransport.Direct;

    /// <summary>What its agents' commands and their results are signed with: the first signs, all are believed. None leaves them unsigned.</summary>
    public IReadOnlyList<Agents.SigningKey> SigningKeys { get; init; } = [];

    /// <summary>When it is looked at after a push; null when it is not.</summary>
    public VerificationPlan? Verification { get; init; }

    /// <summary>The folder with its inboxes, when whoever runs here may read it.</summary>
    public string? InboxesFolder { get; init; }

    /// <summary>Its <c>ccm.log</c>, when whoever runs here may read it.</summary>
    public string? CcmLogFile { get; init; }

    /// <summary>Whether what is not signed is believed as well.</summary>
    public bool AllowUnsigned { get; init; }
}

/// <summary>The configured sites.</summary>
public sealed class SiteTable(IReadOnlyCollection<Site> sites, string defaultKey)
{
    private readonly Dictionary<string, Site> _sites = sites.ToDictionary(site => site.Key, StringComparer.Ordinal);

    /// <summary>The keys by which a site may be chosen.</summary>
    public IReadOnlyCollection<string> Keys => _sites.Keys;

    /// <summary>The key of the site for events that name none.</summary>
    public string DefaultKey => defaultKey;

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<Site> Sites => sites;

    /// <summary>Finds the site of a key, or the default site when there is no key.</summary>
    public bool TryFind(string? key, [NotNullWhen(true)] out Site? site) => _sites.TryGetValue(key ?? defaultKey, out site);
}
