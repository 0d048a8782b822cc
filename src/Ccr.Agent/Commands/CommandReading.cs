using Ccr.Core.Machines;
using Ccr.Core.Text;

namespace Ccr.Agent.Commands;

/// <summary>What a message says, if it is a command for this agent.</summary>
/// <param name="Command">The command, or null when the message is refused.</param>
/// <param name="Request">The request in it.</param>
/// <param name="Refusal">Why it is refused.</param>
/// <param name="Detail">The cause in this very case.</param>
internal sealed record CommandReading(AgentCommand? Command, ReinstallRequest? Request, ReasonCode? Refusal, string? Detail)
{
    /// <summary>Whether it is another message for a command that has, or had, a message of its own.</summary>
    public bool IsCopy => Refusal == AgentReasons.OtherMessage || Refusal == AgentReasons.LateMessage;

    /// <summary>
    /// Reads a message, and trusts nothing in it: its version, its signature, its site, its names, its message and its expiry are looked at before
    /// anything is done.
    /// </summary>
    public static CommandReading Of(ICommandMessage message, Site site, Moment at)
    {
        if (AgentCommand.Read(message.Body.Span) is not { } command) return Refuse(AgentReasons.NotACommand, "the body is not the JSON of a command");

        // The signature first: who cannot sign learns nothing about what this agent would have done.
        if (!CommandSignature.IsValid(command, site.SigningKeys, site.AllowUnsigned))
        {
            return Refuse(
                AgentReasons.BadSignature, command.Signature is null ? "the command is not signed" : "none of the configured keys made this signature");
        }
        if (command.Version != AgentCommand.CurrentVersion)
            return Refuse(AgentReasons.OtherVersion, $"the command has version {command.Version}, and this agent understands {AgentCommand.CurrentVersion}");
        if (command.Site != site.Key)
            return Refuse(AgentReasons.OtherSite, $"the command is for site {SafeText.Quote(command.Site)}, and this agent serves {site.Key}");
        if (!MachineName.TryParse(command.Machine, out var machine, out var fault) || !DomainName.TryParse(command.Domain, out var domain, out fault))
            return Refuse(AgentReasons.NotACommand, fault);

        // One command, one message: the broker drops a second one under the same id for a time that is longer than a command may take to its queue.
        if (message.MessageId != command.RequestId)
            return Refuse(AgentReasons.OtherMessage, $"the message is {SafeText.Quote(message.MessageId ?? "")}, and the command {command.RequestId}");
        if (message.EnqueuedTime > command.EnqueueBy)
        {
            return Refuse(
                AgentReasons.LateMessage,
                $"it came to the queue {message.EnqueuedTime:u}, and the processor sent {command.RequestId} by {command.EnqueueBy:u}");
        }

        // By every clock: this computer's may be ahead, and the broker takes expired commands off the queue itself.
        if (command.Expires <= at.Earliest) return Refuse(AgentReasons.Expired, $"the command expired {command.Expires:u}");

        return new CommandReading(command, OwnedCommand.RequestOf(command, machine, domain, site), null, null);
    }

    private static CommandReading Refuse(ReasonCode reason, string detail) => new(null, null, reason, detail);
}
