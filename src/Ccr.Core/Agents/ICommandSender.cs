using Ccr.Core.Results;

namespace Ccr.Core.Agents;

/// <summary>The queues of the sites' agents.</summary>
public interface ICommandSender
{
    /// <summary>Puts a command on its site's queue under the request's id; when it returns, the broker has accepted it.</summary>
    /// <exception cref="BrokerException">The broker did not; the exception says whether that is certain.</exception>
    Task SendAsync(AgentCommand command, CancellationToken cancellationToken);

    /// <summary>Puts a look on its site's queue under its nonce.</summary>
    /// <exception cref="BrokerException">The broker did not take it.</exception>
    Task SendAsync(AgentLook look, CancellationToken cancellationToken);
}
