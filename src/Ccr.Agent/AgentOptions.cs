using Ccr.Core;
using Ccr.Core.Configuration;
using Ccr.Hosting.Sites;

namespace Ccr.Agent;

/// <summary>What is the agent's own: the section <c>Agent</c>. Its sites, targets and rates are in the section <c>Ccr</c>.</summary>
public sealed class AgentOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Agent";

    /// <summary>The key of the site that it serves, as the processor has it. It may be left out when <c>Ccr:Sites</c> has one.</summary>
    public string? Site { get; set; }

    /// <summary>The name by which results call it, default the computer's. Agents of one site need different ones.</summary>
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>
    /// The folder of its journal, on a local disk. Required. It belongs to one agent alone: what it holds keeps machines from being pushed twice.
    /// </summary>
    public string? DataDirectory { get; set; }

    /// <summary>
    /// Whether other agents take commands from the same queue, default true. An agent that was killed in the moment in which it took a command, and
    /// starts again only after some seconds, knows that the command is its own only when this is false; else it leaves it, and the request ends as
    /// indeterminate when its time is over.
    /// </summary>
    public bool SharesQueue { get; set; } = true;

    /// <summary>
    /// How many commands it works on at once, default 32; 1 to 200. More than <c>Ccr:Rate:MaxConcurrent</c> keeps each management point busy while
    /// others are written down and published; what waits for it is this agent's, and no other one's.
    /// </summary>
    public int MaxConcurrent { get; set; } = 32;

    /// <summary>The port of the status page on the loopback address, default 8004; 0 takes a free one, -1 opens none.</summary>
    public int StatusPort { get; set; } = 8004;

    /// <summary>
    /// The first wait before a request that was certainly not sent is tried again, default 5 seconds; it doubles up to <see cref="LongestRetryDelay"/>,
    /// until the command expires.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest of these waits, default one minute.</summary>
    public TimeSpan LongestRetryDelay { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Instead of asking a management point: the folder that <c>.ccr</c> files are written to. Default: none, which means the management points of the
    /// site.
    /// </summary>
    public string? FileDropFolder { get; set; }

    /// <summary>
    /// What <c>Client Type</c> in such a file says: -1 for automatic, 0 for the Legacy Client, 1 for the Advanced Client. Default: none, so that the
    /// key is left out.
    /// </summary>
    public int? FileDropClientType { get; set; }

    /// <summary>
    /// The connection string for the results topic, when the right of <c>ServiceBus</c> ends at the commands' queue, as a shared access signature of
    /// that queue does. Default: none, the same connection for both.
    /// </summary>
    public string? ResultsConnection { get; set; }

    /// <summary>
    /// How far the processor's clock may be off for what comes through the relay, default 5 minutes; up to one hour. Longer lets a question that somebody
    /// kept be asked again for as long; it is carried out once all the same.
    /// </summary>
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromMinutes(5);

    private static ConfigurationFault Fault(string setting, string text) => ConfigurationFault.Of($"{Section}:{setting}", text);

    internal IEnumerable<ConfigurationFault> FindFaults(CcrOptions options)
    {
        if (string.IsNullOrWhiteSpace(DataDirectory))
        {
            yield return Fault(
                nameof(DataDirectory), "is missing: write the folder of the journal, for example /var/lib/ccr-agent or C:\\ProgramData\\CcrAgent.");
        }
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 64)
            yield return Fault(nameof(Name), "is not a name: write 1 to 64 characters, or leave it out.");
        if (Site is null && options.Sites.Count > 1)
            yield return Fault(nameof(Site), $"is missing: write the key of the site that this agent serves, {string.Join(", ", options.Sites.Keys)}.");
        if (Site is not null && !options.Sites.ContainsKey(Site))
            yield return Fault(nameof(Site), $"is '{Site}': write the key of one of the sites of Ccr:Sites exactly, {string.Join(", ", options.Sites.Keys)}.");
        if (SiteOf(options) is var (served, site) && site is not null)
        {
            if (SiteTableBuilder.FindMissingKey(site, $"{CcrOptions.Section}:Sites:{served}") is { } missing) yield return missing;
            foreach (var fault in site.HasRelay ? RelayedSites.FindFaults(site.Relay!) : []) yield return fault;
            if (site.HasRelay && ResultsConnection is not null)
                yield return Fault(nameof(ResultsConnection), "is set, but this agent listens on the relay and answers there: leave it out.");
        }
        if (ClockSkew < TimeSpan.Zero || ClockSkew > TimeSpan.FromHours(1))
            yield return Fault(nameof(ClockSkew), $"is {ClockSkew}: write a time up to 01:00:00, for example 00:05:00.");
        if (MaxConcurrent is < 1 or > 200)
            yield return Fault(nameof(MaxConcurrent), $"is {MaxConcurrent}: write a number from 1 to 200, for example 32.");
        if (StatusPort is < -1 or > 65535)
            yield return Fault(nameof(StatusPort), $"is {StatusPort}: write a port from 1 to 65535, 0 for a free one, or -1 for none.");
        if (RetryDelay < TimeSpan.FromMilliseconds(100) || RetryDelay > LongestRetryDelay)
            yield return Fault(nameof(RetryDelay), $"is {RetryDelay}: write a time from 00:00:00.1 up to {nameof(LongestRetryDelay)}, for example 00:00:05.");
        if (LongestRetryDelay > TimeSpan.FromHours(1))
            yield return Fault(nameof(LongestRetryDelay), $"is {LongestRetryDelay}: write a time up to 01:00:00, for example 00:01:00.");
        if (FileDropFolder is not null && !Directory.Exists(FileDropFolder))
            yield return Fault(nameof(FileDropFolder), "is no folder that this account can see: write the path of the ccr.box inbox, or leave it out.");
        if (FileDropClientType is < -1 or > 1)
            yield return Fault(nameof(FileDropClientType), $"is {FileDropClientType}: write -1, 0 or 1, or leave it out.");
        if (ResultsConnection is not null)
        {
            foreach (var fault in ServiceBusOptions.For(ResultsConnection).FindFaults($"{Section}:{nameof(ResultsConnection)}"))
                yield return fault;
        }

        foreach (var (key, other) in options.Sites.Where(other => other.Value.Transport != SiteTransport.Direct))
        {
            yield return ConfigurationFault.Of(
                $"{CcrOptions.Section}:Sites:{key}:Transport", $"is {other.Transport}: leave it out, for this is the agent. It listens on the relay when the "
                    + "site has Relay:Endpoint.");
        }
    }

    /// <summary>The site that it serves, when that is clear.</summary>
    internal (string Key, SiteOptions? Options) SiteOf(CcrOptions options)
    {
        var key = Site ?? (options.Sites.Count == 1 ? options.Sites.Keys.Single() : "");
        return (key, options.Sites.TryGetValue(key, out var site) ? site : null);
    }
}
