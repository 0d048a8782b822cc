using Ccr.Agent.Commands;
using Ccr.Core.Machines;
using Ccr.Core.Text;
using Ccr.Core.Views;

namespace Ccr.Agent.Looks;

/// <summary>What a message of the agents' queue says, if it is a look for this agent.</summary>
/// <param name="Look">The look, whose machines have canonical names; null when the message is refused.</param>
/// <param name="Refusal">Why it is refused.</param>
/// <param name="Detail">The cause in this very case.</param>
internal sealed record LookReading(AgentLook? Look, ReasonCode? Refusal, string Detail)
{
    /// <summary>Whether a message is a look, and no command. Nothing else of it is known then.</summary>
    public static bool IsLook(ICommandMessage message) => AgentCommand.Read(message.Body.Span) is null && AgentLook.Read(message.Body.Span) is not null;

    /// <summary>Reads a message, and trusts nothing in it, as it is with commands.</summary>
    public static LookReading Of(ICommandMessage message, Site site, Moment at)
    {
        if (AgentLook.Read(message.Body.Span) is not { } look) return Refuse(AgentReasons.NotACommand, "the body is not the JSON of a look");

        // The signature first: who cannot sign learns nothing about what this agent can see.
        if (!look.IsSigned(site.SigningKeys, site.AllowUnsigned))
        {
            return Refuse(
                AgentReasons.BadSignature, look.Signature is null ? "the look is not signed" : "none of the configured keys made this signature");
        }
        if (look.Version != AgentLook.CurrentVersion)
            return Refuse(AgentReasons.OtherVersion, $"the look has version {look.Version}, and this agent understands {AgentLook.CurrentVersion}");
        if (look.Site != site.Key)
            return Refuse(AgentReasons.OtherSite, $"the look is for site {SafeText.Quote(look.Site)}, and this agent serves {site.Key}");
        if (message.MessageId != look.Nonce)
            return Refuse(AgentReasons.OtherMessage, $"the message is {SafeText.Quote(message.MessageId ?? "")}, and the look {SafeText.Quote(look.Nonce)}");
        if (look.Expires <= at.Earliest) return Refuse(AgentReasons.Expired, $"the look expired {look.Expires:u}");

        return MachinesOf(look.Machines, out var fault) is { } machines
            ? new LookReading(look with { Machines = machines }, null, "")
            : Refuse(AgentReasons.NotACommand, fault);
    }

    /// <summary>The machines of a look by their canonical names, each once; null with the cause when they are too many, or one has no valid name.</summary>
    public static IReadOnlyList<LookedFor>? MachinesOf(IReadOnlyList<LookedFor>? named, out string fault)
    {
        fault = $"it names {named?.Count ?? 0} machines, and a look is for 1 to {AgentLook.MostMachines}";
        if (named is not { Count: > 0 and <= AgentLook.MostMachines }) return null;

        var machines = new List<LookedFor>();
        foreach (var each in named)
        {
            if (!MachineName.TryParse(each?.Machine, out var machine, out var cause) || !DomainName.TryParse(each?.Domain, out var domain, out cause))
            {
                fault = cause;
                return null;
            }

            machines.Add(new LookedFor(machine.Value, domain.Value));
        }

        return [.. machines.Distinct()];
    }

    private static LookReading Refuse(ReasonCode reason, string detail) => new(null, reason, detail);
}
