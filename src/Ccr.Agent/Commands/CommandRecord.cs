namespace Ccr.Agent.Commands;

/// <summary>Writes down how a command ended. Only this process knows it then, so it is tried until it is on the disk.</summary>
internal sealed class CommandRecord(Journal journal, Decider decider, Clock clock, AgentOptions options, TimeProvider time, AgentStop stop)
{
    /// <summary>What is known of a command of which an earlier process may have sent something.</summary>
    public static SiteAnswer Interrupted(OwnedCommand owned) => new(
        owned.Request.Site.ManagementPoints[0],
        new SubmissionAnswer(SubmissionVerdict.Unknown, DecisionReasons.Interrupted, "the agent ended while it sent the request", null, TimeSpan.Zero));

    /// <summary>Records the answer of a management point; what was recorded before counts.</summary>
    /// <param name="owned">The command.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="staysOpen">Whether its claim stays until the result is published.</param>
    public Task<ReinstallResult> EndAsync(OwnedCommand owned, SiteAnswer answer, bool staysOpen) => EndAsync(owned, staysOpen, state =>
    {
        var end = decider.Finish(owned.Request, state.Machine, answer.Answer, owned.Read(clock));
        var result = Conclude(owned.Command, end.Verdict) with
        {
            ManagementPoint = answer.ManagementPoint.Address.Authority,
            HttpStatus = answer.Answer.HttpStatus,
            Until = end.Until,
            Before = end.Verdict.Outcome is Outcome.Accepted or Outcome.Indeterminate ? state.Machine?.Claim?.Before : null,
        };
        return (end.Machine, result);
    });

    /// <summary>Records how a command ended that was not sent; its claim stays until the result is published.</summary>
    public Task<ReinstallResult> EndAsync(OwnedCommand owned, Verdict verdict) =>
        EndAsync(owned, staysOpen: true, state => (state.Machine!, Conclude(owned.Command, verdict)));

    /// <summary>A result of this agent.</summary>
    public ReinstallResult Conclude(AgentCommand command, Verdict verdict) => command.Conclude(verdict, time.GetUtcNow()) with { Agent = options.Name };

    private async Task<ReinstallResult> EndAsync(
        OwnedCommand owned, bool staysOpen, Func<LedgerState, (MachineRecord Machine, ReinstallResult Result)> end)
    {
        ReinstallResult? recorded = null;
        await journal.ChangeAsync(
            owned.Command,
            state =>
            {
                recorded = state.Result;
                if (recorded is not null) return null;
                (var machine, recorded) = end(state);
                return (staysOpen ? machine with { Claim = state.Machine!.Claim! with { Stage = null } } : machine, recorded);
            },
            stop.Hard);
        return recorded!;
    }
}
