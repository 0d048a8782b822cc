using System.Collections.Frozen;
using System.Text.Json;
using Ccr.Core.Results;

namespace Ccr.Core.Events.Sources;

/// <summary>The format that this project defines: a structured CloudEvents 1.0 event of type <c>ccr.reinstall.requested</c>.</summary>
/// <remarks>
/// As the format is ours, it is read strictly: a member of <c>data</c> that is not known refuses the event, since a
/// misspelt <c>dryRun</c> must not become a real push.
/// </remarks>
internal sealed class CcrCloudEventSource : IEventSource
{
    private const string Type = "ccr.reinstall.requested";
    private const int MaxTextLength = 256;

    private static readonly string[] Known =
        ["machine", "domain", "site", "force", "reason", "requestedBy", "expires", "notBefore", "dryRun"];

    private static readonly FrozenSet<string> NotCarried =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "clientType", "includeDomainControllers");

    private static readonly FrozenSet<string> Addresses = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "mp", "managementPoint", "url", "uri", "address", "endpoint", "host", "server", "path", "port", "userName", "password", "credential", "credentials");

    public string Name => "ccr";

    public string Recognition => $"CloudEvents 1.0 with \"type\": \"{Type}\"";

    public bool Recognises(JsonElement root) =>
        JsonFields.Find(root, "specversion") is not null && JsonFields.Find(root, "type") is { ValueKind: JsonValueKind.String } type
        && JsonFields.Text(type, "type") == Type;

    public EventReading Read(JsonElement root, IncomingEvent incoming)
    {
        if (JsonFields.RequireText(root, "specversion") is not "1.0")
            throw new EventFaultException(EventReasons.WrongSchema, "the member 'specversion' must be \"1.0\"");

        // CloudEvents: two events with the same source and id are the same event.
        var id = $"{JsonFields.RequireText(root, "source")} {JsonFields.RequireText(root, "id")}";
        var time = JsonFields.FindTime(root, "time") ?? incoming.EnqueuedTime;
        return new EventReading(Name, id, time, [ReadPart(JsonFields.RequireObject(root, "data"))]);
    }

    private static EventPart ReadPart(JsonElement data)
    {
        try
        {
            foreach (var member in data.EnumerateObject()) RefuseUnlessKnown(member.Name);
            return new MachinePart
            {
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
            return new EndedPart(verdict) { MachineText = MachineAsWritten(data) };
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
