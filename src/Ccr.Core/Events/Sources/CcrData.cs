using System.Collections.Frozen;
using System.Text.Json;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Results;

namespace Ccr.Core.Events.Sources;

/// <summary>Reads what our own format says of a machine.</summary>
/// <remarks>
/// As the format is ours, it is read strictly: a member that is not known refuses the event, since a misspelt
/// <c>dryRun</c> must not become a real push.
/// </remarks>
internal static class CcrData
{
    private const int MaxTextLength = 256;

    private static readonly string[] Known =
        ["machine", "domain", "site", "force", "reason", "requestedBy", "expires", "notBefore", "dryRun"];

    private static readonly FrozenSet<string> NotCarried =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "clientType", "includeDomainControllers");

    private static readonly FrozenSet<string> Addresses = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "mp", "managementPoint", "url", "uri", "address", "endpoint", "host", "server", "path", "port", "userName", "password", "credential", "credentials");

    public static EventPart Read(JsonElement data, EventIdentity identity, ReadingTrace? trace)
    {
        if (data.ValueKind != JsonValueKind.Object) throw new EventFaultException(EventReasons.WrongSchema, "the member 'data' must be an object");

        try
        {
            foreach (var member in data.EnumerateObject()) RefuseUnlessKnown(JsonFields.NameOf(member));
            trace?.Members(data);
            return new MachinePart
            {
                Event = identity,
                MachineText = JsonFields.FindText(data, "machine"),
                Domain = JsonFields.FindText(data, "domain"),
                Site = JsonFields.FindText(data, "site"),
                Force = JsonFields.FindFlag(data, "force") ?? true,
                Reason = FindShortText(data, "reason"),
                RequestedBy = FindShortText(data, "requestedBy"),
                Expires = JsonFields.FindTime(data, "expires"),
                NotBefore = JsonFields.FindTime(data, "notBefore"),
                DryRun = JsonFields.FindFlag(data, "dryRun") ?? false,
            };
        }
        catch (EventFaultException fault)
        {
            // The envelope was sound, so the refusal still names the event and, where it can be had, the machine.
            var verdict = new Verdict(Outcome.Rejected, fault.Reason, fault.Message);
            return new EndedPart(verdict) { Event = identity, MachineText = MachineAsWritten(data) };
        }
    }

    private static void RefuseUnlessKnown(string member)
    {
        if (Known.Contains(member, StringComparer.OrdinalIgnoreCase)) return;

        var shown = SafeText.Quote(member);
        if (NotCarried.Contains(member))
            throw new EventFaultException(EventReasons.OptionNotCarried, $"the member {shown} cannot be carried by a management point (KB886055): it always installs the Advanced Client, and never on a domain controller; leave it out");
        if (Addresses.Contains(member))
            throw new EventFaultException(EventReasons.AddressInEvent, $"the member {shown} says where the request should go; send the key of a configured site in 'site', or nothing");
        throw new EventFaultException(EventReasons.UnknownMember, $"the member {shown} is not known; known are {string.Join(", ", Known)}");
    }

    private static string? FindShortText(JsonElement data, string name)
    {
        var text = JsonFields.FindText(data, name);
        if (text is { Length: > MaxTextLength })
            throw new EventFaultException(EventReasons.WrongSchema, $"the member '{name}' has {text.Length} characters; it may have {MaxTextLength}");
        if (text is not null && text.Any(char.IsControl))
            throw new EventFaultException(EventReasons.WrongSchema, $"the member '{name}' has a control character; send it as one line of text");
        return text;
    }

    private static string? MachineAsWritten(JsonElement data) =>
        data.EnumerateObject().FirstOrDefault(m => m.NameEquals("machine")) is { Value.ValueKind: JsonValueKind.String } machine
            ? JsonFields.Text(machine.Value, "machine")
            : null;
}
