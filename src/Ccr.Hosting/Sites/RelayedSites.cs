using Ccr.Core;
using Ccr.Core.Sites;
using Ccr.Hosting.Relay;
using Microsoft.Extensions.Configuration;

namespace Ccr.Hosting.Sites;

/// <summary>The sites whose agents the processor reaches through the relay.</summary>
public sealed class RelayedSites : IDisposable
{
    private readonly Dictionary<Uri, RelayedSite> _sites;

    private RelayedSites(IEnumerable<RelayedSite> sites) => _sites = sites.ToDictionary(site => site.Address);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<RelayedSite> All => _sites.Values;

    /// <summary>Opens the ways to the sites of a configuration that was found sound; nothing is sent yet.</summary>
    public static RelayedSites Open(CcrOptions options, SiteTable sites, TimeProvider time) => new(
        sites.Sites.Where(site => site.Transport == SiteTransport.Relay)
            .Select(site => new RelayedSite(site, Read(options.Sites[site.Key].Relay!), options.Sites[site.Key].RelayMethod, time)));

    /// <summary>What is wrong with the hybrid connections of the processor's sites; what the site table says is left out.</summary>
    public static IEnumerable<ConfigurationFault> FindFaults(CcrOptions options)
    {
        foreach (var (key, site) in options.Sites.Where(site => site.Value.HasRelay))
        {
            if (site.Transport != SiteTransport.Relay)
                yield return site.Relay!.Path.Fault($"is set, but the transport of site {key} is {site.Transport}: write Relay there, or leave it out.");
            foreach (var fault in FindFaults(site.Relay!)) yield return fault;
        }

        var shared = options.Sites.Values.Where(site => site.HasRelay).GroupBy(site => site.Relay!["Endpoint"]?.TrimEnd('/'), StringComparer.OrdinalIgnoreCase)
            .SelectMany(sites => sites.Skip(1));
        foreach (var site in shared)
            yield return site.Relay!.Path.Fault("Endpoint", "is that of another site, too: give each site a hybrid connection of its own.");
    }

    /// <summary>What is wrong with the settings of one hybrid connection.</summary>
    public static IEnumerable<ConfigurationFault> FindFaults(IConfigurationSection section)
    {
        var unreadable = SettingsCheck.Find(section, typeof(RelayOptions)).ToList();
        return unreadable.Count > 0 ? unreadable : Read(section).FindFaults(section.Path);
    }

    /// <summary>Reads the settings of one hybrid connection.</summary>
    public static RelayOptions Read(IConfigurationSection section) => section.Get<RelayOptions>() ?? new RelayOptions();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var site in All) site.Dispose();
    }

    internal RelayedSite? Find(Uri address) => _sites.GetValueOrDefault(address);
}

/// <summary>Submits to sites behind the relay through their agents, and to all others as another submitter does.</summary>
internal sealed class RelayedSubmitter(RelayedSites sites, ISubmitter direct) : ISubmitter
{
    public Task<SubmissionAnswer> SubmitAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        sites.Find(managementPoint.Address) is { } site
            ? site.SubmitAsync(submission.Command!, cancellationToken)
            : direct.SubmitAsync(managementPoint, submission, cancellationToken);

    public Task<string?> DescribeAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        direct.DescribeAsync(managementPoint, submission, cancellationToken);

    public Task<SubmissionAnswer?> AskAsync(ManagementPoint managementPoint, Submission submission, CancellationToken cancellationToken) =>
        sites.Find(managementPoint.Address) is { } site
            ? site.AskAsync(submission.Command!, about: null, cancellationToken)
            : Task.FromResult<SubmissionAnswer?>(null);
}
