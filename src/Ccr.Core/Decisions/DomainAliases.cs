using Ccr.Core.Configuration;
using Ccr.Core.Machines;

namespace Ccr.Core.Decisions;

/// <summary>
/// Other names of domains, after a rename for example, so that one machine is one machine by whichever name its domain is called. The ledger, the
/// targets and the results have the main name.
/// </summary>
internal sealed class DomainAliases(IEnumerable<KeyValuePair<string, IList<string>>> domains)
{
    private readonly Dictionary<string, string> _mainNames = domains
        .SelectMany(domain => domain.Value.Select(alias => (Alias: alias, Main: domain.Key)))
        .ToDictionary(each => each.Alias, each => each.Main, StringComparer.OrdinalIgnoreCase);

    /// <summary>The main name of a domain.</summary>
    public DomainName Resolve(DomainName domain) => _mainNames.TryGetValue(domain.Value, out var main) ? DomainName.Parse(main) : domain;

    /// <summary>Every name that is none, every alias that would lead to two domains, and every setting that names an alias.</summary>
    public static IEnumerable<ConfigurationFault> FindFaults(string key, IDictionary<string, IList<string>> domains, IEnumerable<string?> used)
    {
        foreach (var name in used.Where(name => domains.Any(domain => domain.Value.Contains(name, StringComparer.OrdinalIgnoreCase))))
            yield return ConfigurationFault.Of(key, $"has {name} as another name: write the main name wherever else a domain is configured.");

        var seen = new HashSet<string>(domains.Keys, StringComparer.OrdinalIgnoreCase);
        foreach (var (domain, aliases) in domains)
        {
            if (!DomainName.TryParse(domain, out _, out var fault)) yield return key.Fault(domain, $": {fault}.");
            foreach (var (alias, index) in aliases.Select((alias, index) => (alias, index)))
            {
                if (!DomainName.TryParse(alias, out _, out fault)) yield return key.Fault($"{domain}:{index}", $": {fault}.");
                else if (!seen.Add(alias)) yield return key.Fault($"{domain}:{index}", $"is {alias}, which is named here before: write each name once.");
            }
        }
    }
}
