using Ccr.Core.Configuration;
using Ccr.Core.Machines;

namespace Ccr.Core.Decisions.Rules;

/// <summary>Which machines may be pushed.</summary>
public sealed class TargetOptions
{
    internal const string Any = "*";

    /// <summary>
    /// The NetBIOS domains whose machines may be pushed. Default: only <c>Ccr:DefaultDomain</c>. A single <c>*</c> allows every domain, and with that
    /// lets any sender aim the push accounts of the site anywhere.
    /// </summary>
    public IList<string> Domains { get; } = [];

    /// <summary>Patterns of machine names, with <c>*</c> and <c>?</c>; when there are any, a machine must match one. Default: none.</summary>
    public IList<string> Allow { get; } = [];

    /// <summary>Patterns of machine names that are never pushed. Default: none.</summary>
    public IList<string> Deny { get; } = [];

    /// <summary>
    /// The NetBIOS names of the domain controllers, or patterns of them with <c>*</c> and <c>?</c>, which are never pushed. Default: none, and
    /// <c>ccr check</c> warns of that: the site server would log on to a domain controller that an event names.
    /// </summary>
    public IList<string> DomainControllers { get; } = [];

    /// <summary>The NetBIOS names of the site systems, which are never pushed; the management points are known anyway. Default: none.</summary>
    public IList<string> SiteSystems { get; } = [];

    /// <summary>
    /// A text file with one machine a line, <c>PC01</c> or <c>CORP\PC01</c>, <c>#</c> for comments; when given, a machine must be in it. It is read
    /// again when it changes. Default: none.
    /// </summary>
    public string? InventoryFile { get; set; }

    internal IEnumerable<ConfigurationFault> FindFaults(string key, string? defaultDomain)
    {
        if (Domains.Count == 0 && defaultDomain is null)
        {
            yield return key.Fault(nameof(Domains), "is empty, and Ccr:DefaultDomain is not set, so no machine could ever be pushed: write the NetBIOS " +
                $"domains that are allowed, for example {key}:{nameof(Domains)}:0 = CORP.");
        }

        foreach (var (domain, index) in Domains.Select((domain, index) => (domain, index)))
        {
            if (domain != Any && !DomainName.TryParse(domain, out _, out var fault))
                yield return key.Fault($"{nameof(Domains)}:{index}", $": {fault}.");
        }

        foreach (var fault in FindPatternFaults(Allow, $"{key}:{nameof(Allow)}").Concat(FindPatternFaults(Deny, $"{key}:{nameof(Deny)}"))) yield return fault;
        if (Deny.FirstOrDefault(NamePattern.MatchesAll) is { } all)
            yield return key.Fault(nameof(Deny), $"has '{all}', which denies every machine: write a narrower pattern, or use ccr pause on.");
        foreach (var fault in FindPatternFaults(DomainControllers, $"{key}:{nameof(DomainControllers)}")
            .Concat(FindNameFaults(SiteSystems, $"{key}:{nameof(SiteSystems)}")))
        {
            yield return fault;
        }

        if (InventoryFile is { } file && Inventory.FindFault(file) is { } inventoryFault)
            yield return key.Fault(nameof(InventoryFile), $": {inventoryFault}");
    }

    private static IEnumerable<ConfigurationFault> FindPatternFaults(IEnumerable<string> patterns, string key) => patterns
        .Select((pattern, index) => (Fault: NamePattern.FindFault(pattern), index))
        .Where(each => each.Fault is not null)
        .Select(each => ConfigurationFault.Of($"{key}:{each.index}", each.Fault!));

    private static IEnumerable<ConfigurationFault> FindNameFaults(IEnumerable<string> names, string key)
    {
        foreach (var (name, index) in names.Select((name, index) => (name, index)))
        {
            if (!MachineName.TryParse(name, out _, out var fault)) yield return key.Fault($"{index}", $": {fault}.");
        }
    }
}
