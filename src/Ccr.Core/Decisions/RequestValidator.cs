using Ccr.Core.Events;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Text;

namespace Ccr.Core.Decisions;

/// <summary>Makes a request of what an event says about a machine, or says why it cannot be one.</summary>
public sealed class RequestValidator(SiteTable sites, IDictionary<string, IList<string>>? domains = null)
{
    private readonly DomainAliases _aliases = new(domains ?? new Dictionary<string, IList<string>>());

    /// <summary>Validates one part of an event; exactly one of the two values is returned.</summary>
    public (ReinstallRequest? Request, Verdict? Refusal) Validate(MachinePart part, string requestId)
    {
        if (!MachineName.TryParse(part.MachineText, out var machine, out var fault)) return Refuse(EventReasons.MachineInvalid, fault);

        if (part.Domain is null)
            return Refuse(EventReasons.DomainInvalid, "the event names no domain and Ccr:DefaultDomain is not set; send the NetBIOS domain, for example CORP");
        if (!DomainName.TryParse(part.Domain, out var domain, out fault)) return Refuse(EventReasons.DomainInvalid, fault);

        if (!sites.TryFind(part.Site, out var site))
        {
            return Refuse(EventReasons.SiteUnknown, $"no site has the key {SafeText.Quote(part.Site ?? "")}; configured are " +
                $"{string.Join(", ", sites.Keys.Order(StringComparer.Ordinal))}");
        }

        var request = new ReinstallRequest
        {
            Id = requestId,
            Machine = machine,
            Domain = _aliases.Resolve(domain),
            Site = site,
            Force = part.Force,
            DryRun = part.DryRun,
            Expires = part.Expires,
            NotBefore = part.NotBefore,
        };
        return (request, null);
    }

    private static (ReinstallRequest?, Verdict) Refuse(ReasonCode reason, string detail) => (null, new Verdict(Outcome.Rejected, reason, detail));
}
