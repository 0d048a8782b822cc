using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Events.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Events.Sources;

/// <summary>Reads what our own format says of a machine.</summary>
/// <remarks>
/// As the format is ours, it is read strictly: a member that is not known refuses the event, since a misspelt <c>dryRun</c> must not become a real
/// push.
/// </remarks>
internal static class CcrData
{
    private const int MaxTextLength = 256;

    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl)]);

    private static readonly MemberName Machine = "machine";
    private static readonly MemberName Domain = "domain";
    private static readonly MemberName Site = "site";
    private static readonly MemberName Force = "force";
    private static readonly MemberName Reason = "reason";
    private static readonly MemberName RequestedBy = "requestedBy";
    private static readonly MemberName Expires = "expires";
    private static readonly MemberName NotBefore = "notBefore";
    private static readonly MemberName DryRun = "dryRun";

    private static readonly MemberName[] Known = [Machine, Domain, Site, Force, Reason, RequestedBy, Expires, NotBefore, DryRun];

    private static readonly FrozenSet<string> NotCarried =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "clientType", "includeDomainControllers");

    private static readonly FrozenSet<string> Addresses = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "mp", "managementPoint", "url", "uri", "address", "endpoint", "host", "server", "path", "port", "userName", "password", "credential", "credentials");

    public static EventPart Read(EventValue data, EventIdentity identity, string? defaultDomain, ReadingTrace? trace)
    {
        if (data.Kind != JsonValueKind.Object) throw new EventFaultException(EventReasons.WrongSchema, "the member 'data' must be an object");

        try
        {
            foreach (var member in data.Children) RefuseUnlessKnown(member);
            trace?.Members(data);
            return new MachinePart
            {
                Event = identity,
                MachineText = JsonFields.FindText(data, Machine),
                Domain = JsonFields.FindText(data, Domain) ?? defaultDomain,
                Site = JsonFields.FindText(data, Site),
                Force = JsonFields.FindFlag(data, Force) ?? true,
                Reason = FindShortText(data, Reason),
                RequestedBy = FindShortText(data, RequestedBy),
                Expires = JsonFields.FindTime(data, Expires),
                NotBefore = JsonFields.FindTime(data, NotBefore),
                DryRun = JsonFields.FindFlag(data, DryRun) ?? false,
            };
        }
        catch (EventFaultException fault)
        {
            // The envelope was sound, so the refusal still names the event and, where it can be had, the machine.
            var verdict = new Verdict(Outcome.Rejected, fault.Reason, fault.Message);
            return new EndedPart(verdict) { Event = identity, MachineText = MachineAsWritten(data) };
        }
    }

    private static void RefuseUnlessKnown(EventValue member)
    {
        foreach (var known in Known)
        {
            if (member.IsNamed(known)) return;
        }

        var name = member.Name;
        var shown = SafeText.Quote(name);
        if (NotCarried.Contains(name))
        {
            throw new EventFaultException(
                EventReasons.OptionNotCarried,
                $"the member {shown} cannot be carried by a management point (KB886055): it always installs the Advanced Client, "
                + "and never on a domain controller; leave it out");
        }
        if (Addresses.Contains(name))
        {
            throw new EventFaultException(
                EventReasons.AddressInEvent, $"the member {shown} says where the request should go; send the key of a configured site in 'site', or nothing");
        }
        throw new EventFaultException(
            EventReasons.UnknownMember, $"the member {shown} is not known; known are {string.Join(", ", Known.Select(known => known.Text))}");
    }

    private static string? FindShortText(EventValue data, MemberName name)
    {
        var text = JsonFields.FindText(data, name);
        if (text is { Length: > MaxTextLength })
            throw new EventFaultException(EventReasons.WrongSchema, $"the member '{name.Text}' has {text.Length} characters; it may have {MaxTextLength}");
        if (text is not null && text.AsSpan().ContainsAny(ControlCharacters))
            throw new EventFaultException(EventReasons.WrongSchema, $"the member '{name.Text}' has a control character; send it as one line of text");
        return text;
    }

    private static string? MachineAsWritten(EventValue data)
    {
        foreach (var member in data.Children)
        {
            if (member.Name == "machine" && member.Kind == JsonValueKind.String) return member.Text("machine");
        }

        return null;
    }
}
