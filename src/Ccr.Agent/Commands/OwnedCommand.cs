using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Machines;
using Ccr.Core.Sites;

namespace Ccr.Agent.Commands;

/// <summary>A command that this agent owns.</summary>
/// <param name="Command">The command.</param>
/// <param name="Request">The request in it.</param>
/// <param name="Origin">What the broker's clock said of it.</param>
internal sealed record OwnedCommand(AgentCommand Command, ReinstallRequest Request, IncomingEvent Origin)
{
    /// <summary>A command out of the journal: it was checked when it came, and of the time there is only this computer's word now.</summary>
    public static OwnedCommand Of(AgentCommand command, Site site, DateTimeOffset now) => new(
        command,
        RequestOf(command, MachineName.Parse(command.Machine), DomainName.Parse(command.Domain), site),
        new IncomingEvent { Body = default, MessageId = command.RequestId, EnqueuedTime = now });

    /// <summary>The request in a command, whose names are valid.</summary>
    public static ReinstallRequest RequestOf(AgentCommand command, MachineName machine, DomainName domain, Site site) => new()
    {
        Id = command.RequestId,
        Machine = machine,
        Domain = domain,
        Site = site,
        Force = command.Force,
        Expires = command.Expires,
    };
}
