using Ccr.Core.Agents;
using Ccr.Core.Configuration;
using Ccr.Core.Sites.AdminService;

namespace Ccr.Core.Sites;

/// <summary>Makes the site table out of its options.</summary>
public static class SiteTableBuilder
{
    private const int LongestKey = 32;

    /// <summary>
    /// Makes the table, or returns null and adds every fault to <paramref name="faults"/>: the key, what is wrong with it and what to write instead.
    /// Reads the certificate files that the options name.
    /// </summary>
    /// <param name="sites">The sites by key: 1 to 32 letters, digits, hyphens and underscores.</param>
    /// <param name="defaultSite">The key of the site for events that name none; not needed when there is one site only.</param>
    /// <param name="key">The section that they are bound from, for example <c>Ccr</c>.</param>
    /// <param name="faults">Where the faults go.</param>
    public static SiteTable? Build(IDictionary<string, SiteOptions> sites, string? defaultSite, string key, ICollection<ConfigurationFault> faults)
    {
        ArgumentNullException.ThrowIfNull(sites);
        ArgumentNullException.ThrowIfNull(faults);

        var before = faults.Count;
        if (sites.Count == 0)
        {
            faults.Add(key.Fault("Sites", $"is empty: write at least one site, for example {key}:Sites:HQ:ManagementPoints:0:Address = " +
                "http://mp01.corp.example."));
        }

        var built = sites.Select(site => BuildSite(site.Key, site.Value, $"{key}:Sites:{site.Key}", faults)).ToList();
        foreach (var shared in FindSharedKeys(sites, key)) faults.Add(shared);
        var defaultKey = FindDefault(sites, defaultSite, key, faults);
        return faults.Count == before ? new SiteTable(built, defaultKey!) : null;
    }

    /// <summary>Who has the key of a site can speak for it, so an agent of another site must not have it.</summary>
    private static IEnumerable<ConfigurationFault> FindSharedKeys(IDictionary<string, SiteOptions> sites, string key)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (siteKey, site) in sites)
        {
            foreach (var (text, index) in site.SigningKeys.Select((text, index) => (text, index)))
            {
                if (!owners.TryAdd(text, siteKey) && owners[text] != siteKey)
                {
                    yield return key.Fault($"Sites:{siteKey}:{nameof(SiteOptions.SigningKeys)}:{index}",
                        $"is a key of the site {owners[text]}, too, so that agents of one could speak for the other: write another one for each site.");
                }
            }
        }
    }

    private static string? FindDefault(IDictionary<string, SiteOptions> sites, string? defaultSite, string key, ICollection<ConfigurationFault> faults)
    {
        var keys = string.Join(", ", sites.Keys);
        if (string.IsNullOrEmpty(defaultSite))
        {
            if (sites.Count > 1) faults.Add(key.Fault("DefaultSite", $"is missing: write the key of one of the sites, {keys}."));
            return sites.Keys.FirstOrDefault();
        }

        if (sites.Count > 0 && !sites.ContainsKey(defaultSite))
            faults.Add(key.Fault("DefaultSite", $"is '{defaultSite}': write the key of one of the sites exactly, {keys}."));
        return defaultSite;
    }

    private static Site BuildSite(string siteKey, SiteOptions site, string key, ICollection<ConfigurationFault> faults)
    {
        if (siteKey.Length > LongestKey || !siteKey.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            faults.Add(key.Fault($"is no site key: write 1 to {LongestKey} letters, digits, hyphens and underscores, for example HQ."));
        if (!Enum.IsDefined(site.Transport))
            faults.Add(key.Fault(nameof(site.Transport), $"is {site.Transport}: write Direct, Relay or Agent."));
        if (site.Transport == SiteTransport.Relay)
        {
            foreach (var fault in FindRelayFaults(site, key)) faults.Add(fault);
        }
        else if (site.ManagementPoints.Count == 0 && site.AdminService is null)
        {
            faults.Add(key.Fault(nameof(site.ManagementPoints),
                $"is empty: write at least one, for example {key}:ManagementPoints:0:Address = http://mp01.corp.example, or the site's AdminService, "
                + $"{key}:AdminService:Address = https://cm01.corp.example."));
        }
        else if (site.ManagementPoints.Count > 0 && site.AdminService is not null)
        {
            faults.Add(key.Fault(nameof(site.AdminService), "is set beside ManagementPoints: write the one by which this site makes its CCRs."));
        }

        var points = new List<ManagementPoint>();
        for (var index = 0; index < site.ManagementPoints.Count; index++)
        {
            var point = ManagementPointBuilder.Build(site.ManagementPoints[index], site.Transport, $"{key}:{nameof(site.ManagementPoints)}:{index}", faults);
            if (point is null) continue;
            if (points.Any(other => other.Address == point.Address))
                faults.Add(key.Fault($"{nameof(site.ManagementPoints)}:{index}:Address", $"is {point.Address} once more: write every management point once."));

            points.Add(point);
        }

        if (site is { AdminService: { } service, Transport: not SiteTransport.Relay }
            && AdminServiceBuilder.Build(service, site.Transport, $"{key}:{nameof(site.AdminService)}", faults) is { } provider)
        {
            points.Add(provider);
        }

        if (site.Transport == SiteTransport.Relay && Uri.TryCreate(site.Relay?["Endpoint"], UriKind.Absolute, out var endpoint))
            points = [new ManagementPoint(endpoint)];
        foreach (var fault in FindVerificationFaults(site, $"{key}:{nameof(site.Verification)}")) faults.Add(fault);
        if (site.Transport != SiteTransport.Direct && FindMissingKey(site, key) is { } missing) faults.Add(missing);
        return new Site(siteKey, points)
        {
            Transport = site.Transport,
            SigningKeys = ReadKeys(site.SigningKeys, key, faults),
            AllowUnsigned = site.AllowUnsigned,
            Verification = site.Verification.Enabled ? VerificationPlan.Of(site.Verification) : null,
            InboxesFolder = site.Verification.InboxesFolder,
            CcmLogFile = site.Verification.LogFile,
        };
    }

    /// <summary>A site that an agent serves needs a key, at the processor and at the agent. Through the relay nothing goes without one.</summary>
    public static ConfigurationFault? FindMissingKey(SiteOptions site, string key) =>
        site.SigningKeys.Count > 0 || (site.AllowUnsigned && !site.HasRelay) ? null : key.Fault(
            nameof(SiteOptions.SigningKeys), "is empty: write the same key at the processor and at the site's agents, as openssl rand -base64 32 makes it."
                + (site.HasRelay ? "" : $" Without a key, which needs {key}:{nameof(SiteOptions.AllowUnsigned)} = true, "
                    + "whoever may send to the site's queue can have machines pushed."));

    private static IEnumerable<ConfigurationFault> FindVerificationFaults(SiteOptions site, string key)
    {
        foreach (var fault in site.Verification.FindFaults(key)) yield return fault;
        var looksHere = site.Verification.Enabled && site is { Transport: SiteTransport.Direct, AdminService: null };
        if (looksHere && site.Verification.InboxesFolder is null)
        {
            yield return key.Fault(nameof(site.Verification.InboxesFolder),
                @"is missing: write the folder of the site server's inboxes, for example \\SITE\SMS_P01\inboxes, or leave Enabled out.");
        }
    }

    private static IEnumerable<ConfigurationFault> FindRelayFaults(SiteOptions site, string key)
    {
        if (site.ManagementPoints.Count > 0 || site.AdminService is not null)
        {
            yield return key.Fault(
                site.AdminService is null ? nameof(site.ManagementPoints) : nameof(site.AdminService),
                "is set, but the site's transport is Relay: write it into the agent's configuration, and leave it out here.");
        }

        if (!Uri.TryCreate(site.Relay?["Endpoint"], UriKind.Absolute, out _))
        {
            yield return key.Fault($"{nameof(site.Relay)}:Endpoint",
                "is no address: write that of the site's hybrid connection, for example https://contoso.servicebus.windows.net/hq.");
        }
    }

    private static List<SigningKey> ReadKeys(IList<string> texts, string key, ICollection<ConfigurationFault> faults)
    {
        var keys = new List<SigningKey>();
        foreach (var (text, index) in texts.Select((text, index) => (text, index)))
        {
            if (SigningKey.Read(text) is { } read)
            {
                keys.Add(read);
                continue;
            }

            faults.Add(key.Fault($"{nameof(SiteOptions.SigningKeys)}:{index}",
                "is no key: write 32 bytes or more in Base64, as openssl rand -base64 32 makes them."));
        }

        return keys;
    }
}
