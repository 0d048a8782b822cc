using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.HostNames;

/// <summary>The written rules by which a host, as a monitor names it, becomes a machine. What no rule covers is refused.</summary>
/// <param name="dnsSuffixes">The NetBIOS domain, or nothing for the default one, of each DNS suffix that may be taken off.</param>
internal sealed class HostNameRules(IReadOnlyDictionary<string, string> dnsSuffixes)
{
    /// <summary>Applies the rules to one text.</summary>
    public HostReading Read(string text, HostKind kind)
    {
        var host = kind == HostKind.Name ? text : HostText.WithoutPort(text);
        var form = HostText.FormOf(host);
        return (kind, form) switch
        {
            (HostKind.Name or HostKind.DnsName, HostForm.ResourceId) => Refuse(EventReasons.IdNotName, text, form),
            (_, HostForm.ResourceId) => ReadResourceId(host),
            (HostKind.ResourceId, _) => HostReading.PassOver("it is no resource id"),
            (_, HostForm.Macro) => Refuse(EventReasons.MacroNotExpanded, text, form),
            (_, HostForm.IpAddress or HostForm.MacAddress) => Refuse(EventReasons.AddressNotName, text, form),
            (_, HostForm.RecordId) => Refuse(EventReasons.IdNotName, text, form),
            (HostKind.DnsName, not HostForm.DnsName) => HostReading.PassOver("it is no DNS name, and may name a component"),
            (_, HostForm.Placeholder) => Refuse(EventReasons.Placeholder, text, form),
            (_, HostForm.Url) => Refuse(EventReasons.AddressNotName, text, form),
            (HostKind.Name, HostForm.DnsName) or (_, HostForm.Label) => HostReading.Take(host),
            (_, HostForm.DnsName) => ReadDnsName(host),
            _ => Refuse(EventReasons.OtherName, text, form),
        };
    }

    /// <summary>The NetBIOS domain of a DNS domain, or null for the default one.</summary>
    /// <exception cref="EventFaultException">The DNS domain is not configured.</exception>
    public string? DomainOf(string dnsDomain) => dnsSuffixes.TryGetValue(dnsDomain, out var domain)
        ? OrDefault(domain)
        : throw new EventFaultException(EventReasons.DnsSuffixUnknown, $"the domain {SafeText.Quote(dnsDomain)} is a DNS domain that is not configured; {Known}");

    private static HostReading ReadResourceId(string id) =>
        ResourceId.FindMachine(id) is { } machine ? HostReading.Take(machine) : HostReading.PassOver($"{SafeText.Quote(ResourceId.TypeOf(id))} is no type of machine");

    private HostReading ReadDnsName(string host)
    {
        var dot = host.IndexOf('.');
        if (!dnsSuffixes.TryGetValue(host[(dot + 1)..], out var domain))
            return Refuse(EventReasons.DnsSuffixUnknown, host, $"ends in a DNS suffix that is not configured; {Known}");
        return PlaceholderName.Is(host[..dot]) ? Refuse(EventReasons.Placeholder, host, HostForm.Placeholder) : HostReading.Take(host[..dot], OrDefault(domain));
    }

    private string Known => dnsSuffixes.Count == 0 ? "none is configured" : $"configured are {string.Join(", ", dnsSuffixes.Keys.Order(StringComparer.Ordinal))}";

    private static string? OrDefault(string domain) => domain.Length == 0 ? null : domain;

    private static HostReading Refuse(ReasonCode reason, string text, HostForm form) => Refuse(reason, text, HostText.Describe(form)!);

    private static HostReading Refuse(ReasonCode reason, string text, string fault) =>
        new(HostVerdict.Refused, text) { Refusal = new Verdict(Outcome.Rejected, reason, $"the host {SafeText.Quote(text)} {fault}") };
}
