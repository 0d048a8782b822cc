using Ccr.Core.Machines;

namespace Ccr.Agent.Commands;

/// <summary>A command that this agent owns.</summary>
/// <param name="Command">The command.</param>
/// <param name="Request">The request in it.</param>
/// <param name="Enqueued">When its message was enqueued, by the broker's clock.</param>
/// <param name="LockedUntil">When the lock on its message ends, by the broker's clock, if it has a message.</param>
internal sealed record OwnedCommand(AgentCommand Command, ReinstallRequest Request, DateTimeOffset Enqueued, DateTimeOffset? LockedUntil)
{
    public Moment Read(Clock clock) => clock.Read(Enqueued, LockedUntil);

    /// <summary>A command out of the journal: it was checked when it came, and of the time there is only this computer's word now.</summary>
    public static OwnedCommand Of(AgentCommand command, Site site, DateTimeOffset now) => new(
        command,
        RequestOf(command, MachineName.Parse(command.Machine), DomainName.Parse(command.Domain), site),
        now,
        null);

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
