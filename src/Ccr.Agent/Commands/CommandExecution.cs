using Ccr.Agent.Status;
using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Ledger;
using Ccr.Core.Sites;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging;

namespace Ccr.Agent.Commands;

/// <summary>Brings a command that is this agent's own to its end: send once, record, publish.</summary>
internal sealed class CommandExecution(
    Journal journal, SiteSubmitter submitter, Decider decider, Clock clock, ResultOutlet outlet, Retrying retrying, AgentOptions options, AgentStatus status,
    TimeProvider time, AgentStop stop, ILogger<CommandExecution> logger)
{
    /// <summary>Carries out a command for which certainly nothing was sent.</summary>
    public async Task CarryOutAsync(OwnedCommand owned)
    {
        // By the broker's clock and the time that passes here: this computer's clock may step.
        var life = owned.Command.Expires - clock.Read(owned.Origin).Earliest;
        var began = time.GetTimestamp();
        var last = "the agent was away";
        for (var tries = 1; ; tries++)
        {
            if (time.GetElapsedTime(began) >= life)
            {
                await EndAsync(owned, new Verdict(Outcome.Failed, DecisionReasons.GaveUp, $"{last}; the command was of use until {owned.Command.Expires:u}"));
                return;
            }

            if (stop.Soft.IsCancellationRequested)
            {
                await journal.SetStageAsync(owned.Command, ClaimStage.Waiting, stop.Hard);
                return;
            }

            await journal.SetStageAsync(owned.Command, null, stop.Hard);
            var answer = await SubmitAsync(owned);
            if (answer.Answer.Verdict != SubmissionVerdict.NotSent)
            {
                await EndAsync(owned, answer);
                return;
            }

            await journal.SetStageAsync(owned.Command, ClaimStage.Waiting, stop.Hard);
            last = $"{answer.Answer.Reason.Code}: {answer.Answer.Detail}";
            Log.NotSent(logger, owned.Command.Machine, owned.Command.Expires, owned.Command.RequestId, answer.Answer.Detail);
            using var waiting = status.Wait();
            await retrying.WaitAsync(tries, stop.Soft);
        }
    }

    /// <summary>Ends a command of which an earlier process may have sent something: never again.</summary>
    public Task EndInterruptedAsync(OwnedCommand owned) => EndAsync(owned, new SiteAnswer(
        owned.Request.Site.ManagementPoints[0],
        new SubmissionAnswer(SubmissionVerdict.Unknown, DecisionReasons.Interrupted, "the agent ended while it sent the request", null, TimeSpan.Zero)));

    /// <summary>Publishes what an earlier process recorded.</summary>
    public async Task PublishAsync(OwnedCommand owned, ReinstallResult result)
    {
        await outlet.PublishAsync(owned.Command, result, stop.Hard);
        await journal.CloseAsync(owned.Command, stop.Hard);
    }

    private async Task<SiteAnswer> SubmitAsync(OwnedCommand owned)
    {
        using var submitting = status.Submit();
        return await submitter.SubmitAsync(owned.Request.Site, new Submission(owned.Request.Machine, owned.Request.Domain, owned.Request.Force), stop.Hard);
    }

    private Task EndAsync(OwnedCommand owned, SiteAnswer answer) => EndAsync(owned, state =>
    {
        var end = decider.Finish(owned.Request, state.Machine, answer.Answer, clock.Read(owned.Origin));
        var result = Conclude(owned.Command, end.Verdict) with
        {
            ManagementPoint = answer.ManagementPoint.Address.Authority,
            HttpStatus = answer.Answer.HttpStatus,
            Until = end.Until,
        };
        return (end.Machine, result);
    });

    private Task EndAsync(OwnedCommand owned, Verdict verdict) => EndAsync(owned, state => (state.Machine!, Conclude(owned.Command, verdict)));

    /// <summary>Records, publishes, and only then closes the claim. Only this process knows the outcome now, so a stop does not interrupt the recording.</summary>
    private async Task EndAsync(OwnedCommand owned, Func<LedgerState, (MachineRecord Machine, ReinstallResult Result)> end)
    {
        ReinstallResult? recorded = null;
        await journal.ChangeAsync(
            owned.Command,
            state =>
            {
                recorded = state.Result;
                if (recorded is not null) return null;
                (var machine, recorded) = end(state);
                return (machine with { Claim = state.Machine!.Claim! with { Stage = null } }, recorded);
            },
            stop.Hard);
        await PublishAsync(owned, recorded!);
    }

    private ReinstallResult Conclude(AgentCommand command, Verdict verdict) => command.Conclude(verdict, time.GetUtcNow()) with { Agent = options.Name };
}
