using Ccr.Core.Configuration;
using Ccr.Core.Events.HostNames;
using Ccr.Core.Machines;

namespace Ccr.Core.Events;

/// <summary>Which events are read, and how the hosts in them become machines.</summary>
public sealed class EventOptions
{
    /// <summary>
    /// The largest message that the requests queue takes, in bytes, default 262,144 as in the Standard tier. An event that could not be copied into such
    /// a message is rejected before it is parsed: a copy adds some properties, about 6,000 bytes for 200 machines.
    /// </summary>
    public int MaxMessageBytes { get; set; } = 256 * 1024;

    /// <summary>How many machines one event may name, default 200. An event with more is rejected as a whole.</summary>
    public int MaxMachines { get; set; } = 200;

    /// <summary>
    /// The paths of mapping files, each of which adds a source, or replaces the built-in one of the same name. Default none. A relative path begins at
    /// the working directory.
    /// </summary>
    public IList<string> MappingFiles { get; } = [];

    /// <summary>
    /// The NetBIOS domain of each DNS suffix that may be taken off a host's name, for example <c>corp.example.com</c> is <c>CORP</c>; an empty domain
    /// is the default domain. Default none, so that every DNS name is refused.
    /// </summary>
    [Pairs("Suffix", "Domain")]
    public IDictionary<string, string> DnsSuffixes { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is read of a source, by its name. Default: all sources, and all of their alerts.</summary>
    [Pairs("Name")]
    public IDictionary<string, SourceOptions> Sources { get; } = new Dictionary<string, SourceOptions>(StringComparer.Ordinal);

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (MaxMachines is < 1 or > 10_000)
        {
            yield return key.Fault(nameof(MaxMachines), $"is {MaxMachines}: write a number of machines from 1 to 10000, for example 200.");
        }
        else if (Redelivery.LargestBody(this) < 1024)
        {
            yield return key.Fault(nameof(MaxMessageBytes), $"is {MaxMessageBytes}, which is too small for an event of {MaxMachines} machines that must " +
                "wait: write the size that the queue takes, for example 262144.");
        }

        foreach (var (suffix, domain) in DnsSuffixes)
        {
            if (DnsSuffix.FindFault(suffix) is { } fault)
            {
                yield return key.Fault($"{nameof(DnsSuffixes)}:{suffix}", suffix.Contains('_', StringComparison.Ordinal)
                    ? $": App Service on Linux turns the periods in a setting's name into underscores; write {nameof(DnsSuffixes)}:0:Suffix and " +
                        $"{nameof(DnsSuffixes)}:0:Domain."
                    : $": {fault}; write one such as corp.example.com.");
            }

            if (domain.Length > 0 && !DomainName.TryParse(domain, out _, out fault))
                yield return key.Fault($"{nameof(DnsSuffixes)}:{suffix}", $": {fault}.");
        }

        foreach (var fault in SourceTable.FindFaults(this, key)) yield return fault;
    }
}

/// <summary>What is read of one source.</summary>
public sealed class SourceOptions
{
    /// <summary>Whether its events are read at all, default true; else they are of no known format.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The severities that are meant, as the source writes them; default all, or those of its mapping.</summary>
    public IList<string> Severities { get; } = [];

    /// <summary>The alert rules that are meant, with <c>*</c> for anything; default all, or those of its mapping.</summary>
    public IList<string> Rules { get; } = [];
}
