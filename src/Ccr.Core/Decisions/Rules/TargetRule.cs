using Ccr.Core.Sites;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>
/// Which machines may be pushed at all. Client push makes a site server log on to the machine, so a name that somebody else chose is an attack until it
/// is allowed.
/// </summary>
public sealed class TargetRule
{
    private readonly TargetOptions _options;
    private readonly HashSet<string> _domains;
    private readonly HashSet<string> _protected;
    private readonly Func<Inventory?> _inventory;

    /// <summary>Makes the rule.</summary>
    /// <param name="options">The configured targets.</param>
    /// <param name="defaultDomain">The only domain that is allowed when none is configured.</param>
    /// <param name="managementPoints">The configured management points: site systems, whatever else is configured.</param>
    /// <param name="inventory">The inventory as it is now, or null when none is configured.</param>
    public TargetRule(TargetOptions options, string? defaultDomain, IEnumerable<ManagementPoint> managementPoints, Func<Inventory?> inventory)
    {
        _options = options;
        _inventory = inventory;
        _domains = options.Domains.Count > 0 ? Names(options.Domains) : Names(defaultDomain is null ? [] : [defaultDomain]);
        _protected = Names(options.SiteSystems.Concat(managementPoints.Select(mp => mp.Address.Host.Split('.')[0])));
    }

    internal Decision.Conclude? Decide(ReinstallRequest request)
    {
        var (machine, domain) = (request.Machine.Value, request.Domain.Value);
        if (!_domains.Contains(domain) && !_domains.Contains(TargetOptions.Any))
            return Refuse(DecisionReasons.DomainNotAllowed, $"the domain {domain} is not in Ccr:Targets:Domains");
        if (_protected.Contains(machine) || _options.DomainControllers.Any(pattern => NamePattern.Matches(pattern, machine)))
            return Refuse(DecisionReasons.Protected, $"{machine} is named as a domain controller, a site system or a management point");
        if (_options.Deny.FirstOrDefault(pattern => NamePattern.Matches(pattern, machine)) is { } denied)
            return Refuse(DecisionReasons.MachineNotAllowed, $"{machine} matches the deny pattern {denied}");
        if (_options.Allow.Count > 0 && !_options.Allow.Any(pattern => NamePattern.Matches(pattern, machine)))
            return Refuse(DecisionReasons.MachineNotAllowed, $"{machine} matches none of the allow patterns {string.Join(", ", _options.Allow)}");
        if (_inventory() is { } inventory && !inventory.Contains(domain, machine))
            return Refuse(DecisionReasons.NotInInventory, $"{request.LedgerKey} is not among the {inventory.Count} machines of the inventory");
        return null;
    }

    private static HashSet<string> Names(IEnumerable<string> names) => new(names, StringComparer.OrdinalIgnoreCase);

    private static Decision.Conclude Refuse(ReasonCode reason, string detail) => new(new Verdict(Outcome.Rejected, reason, detail));
}
