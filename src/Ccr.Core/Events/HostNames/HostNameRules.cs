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
            (_, HostForm.ResourceId) => ReadResourceId(host, kind),
            (HostKind.ResourceId, _) => HostReading.PassOver("it is no resource id"),
            (_, HostForm.Macro) => Refuse(EventReasons.MacroNotExpanded, text, "has a macro that the sender did not expand"),
            (_, HostForm.IpAddress) => Refuse(EventReasons.AddressNotName, text, "is an IP address"),
            (_, HostForm.MacAddress) => Refuse(EventReasons.AddressNotName, text, "is a MAC address"),
            (_, HostForm.RecordId) => Refuse(EventReasons.IdNotName, text, "is a record's key (a sys_id or a workspace id)"),
            (HostKind.DnsName, HostForm.Label) => HostReading.PassOver("it is no DNS name, and may name a component"),
            (not HostKind.Name, HostForm.DnsName) => ReadDnsName(host),
            _ => HostReading.Take(host),
        };
    }

    private static HostReading ReadResourceId(string id, HostKind kind)
    {
        if (kind is HostKind.Name or HostKind.DnsName) return Refuse(EventReasons.IdNotName, id, "is a resource id");
        return ResourceId.FindMachine(id) is { } machine ? HostReading.Take(machine) : HostReading.PassOver($"{SafeText.Quote(ResourceId.TypeOf(id))} is no type of machine");
    }

    private HostReading ReadDnsName(string host)
    {
        var dot = host.IndexOf('.');
        var suffix = host[(dot + 1)..];
        if (!dnsSuffixes.TryGetValue(suffix, out var domain))
        {
            var known = dnsSuffixes.Count == 0 ? "none is configured" : $"configured are {string.Join(", ", dnsSuffixes.Keys.Order(StringComparer.Ordinal))}";
            return Refuse(EventReasons.DnsSuffixUnknown, host, $"ends in a DNS suffix that is not configured; {known}");
        }

        return HostReading.Take(host[..dot], domain.Length == 0 ? null : domain);
    }

    private static HostReading Refuse(ReasonCode reason, string text, string fault) =>
        new(HostVerdict.Refused, text) { Refusal = new Verdict(Outcome.Rejected, reason, $"the host {SafeText.Quote(text)} {fault}") };
}
