using Ccr.Core.Agents;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Text;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Ends a command that no agent carried out: its request failed, and its machine is free again.</summary>
/// <remarks>An agent takes a command off its queue before it sends anything, so of one that is still there nothing was sent.</remarks>
public sealed class UndeliveredCommandHandler(
    ILedgerStore ledger, SiteTable sites, IResultPublisher publisher, TimeProvider time, ILogger<UndeliveredCommandHandler> logger)
{
    /// <summary>Handles one message of the queue <see cref="Entities.AgentUndelivered"/>.</summary>
    /// <param name="message">The message of the command.</param>
    /// <param name="cause">Why it was not carried out, in the words of whoever dead-lettered it.</param>
    /// <param name="settlement">Settles the message.</param>
    /// <param name="cancellationToken">Gives the message back.</param>
    public Task HandleAsync(IncomingEvent message, string? cause, ISettlement settlement, CancellationToken cancellationToken) =>
        Settling.RunAsync(settlement, logger, time, async () =>
        {
            // A look that no agent took is of no use any more; the next one is due.
            if (AgentLook.Read(message.Body.Span) is { } look && IsOurs(look))
            {
                await settlement.CompleteAsync(CancellationToken.None);
                return;
            }

            if (AgentCommand.Read(message.Body.Span) is not { } command || !IsOurs(command, message.MessageId))
            {
                await Settling.RefuseAsync(settlement, MessagingReasons.NotACommand, message.MessageId, logger);
                return;
            }

            // The agent's own result may have come first; it was published by the agent.
            var result = await RecordAsync(command, cause, cancellationToken);
            if (result is null)
            {
                await Settling.RefuseAsync(settlement, MessagingReasons.CommandNotHanded, message.MessageId, logger);
                return;
            }

            if (result.Reason == MessagingReasons.AgentUndelivered.Code) await publisher.PublishAsync(ResultMessage.From(result), cancellationToken);
            await settlement.CompleteAsync(CancellationToken.None);
        }, cancellationToken);

    /// <summary>Whoever may send to an agent's queue could otherwise end any request. A command's own message has its request's id.</summary>
    private bool IsOurs(AgentCommand command, string messageId) =>
        command.RequestId == messageId
        && sites.TryFind(command.Site, out var site) && CommandSignature.IsValid(command, site.SigningKeys, site.AllowUnsigned)
        && MachineName.TryParse(command.Machine, out _, out _) && DomainName.TryParse(command.Domain, out _, out _);

    private bool IsOurs(AgentLook look) => sites.TryFind(look.Site, out var site) && look.IsSigned(site.SigningKeys, site.AllowUnsigned);

    /// <summary>Records the end of a command; null when the machine's record does not say that it was handed to an agent of its site.</summary>
    private async Task<ReinstallResult?> RecordAsync(AgentCommand command, string? cause, CancellationToken cancellationToken)
    {
        var verdict = new Verdict(
            Outcome.Failed, MessagingReasons.AgentUndelivered,
                $"the command for the agent of site {command.Site} came back: {SafeText.Escape(cause ?? "no reason given")}");
        var result = command.Conclude(verdict, time.GetUtcNow());
        while (true)
        {
            var state = await ledger.ReadAsync(command.LedgerKey, command.RequestId, cancellationToken);
            if (state.Machine?.FindHanded(command.RequestId, command.Site) is null) return null;
            if (state.Result is { } earlier) return earlier;

            var freed = state.Machine.Claim?.RequestId == command.RequestId ? state.Machine with { Claim = null, Waiting = null } : null;
            if (await ledger.TryWriteAsync(state, freed, result, cancellationToken) is not null) return result;
        }
    }
}
