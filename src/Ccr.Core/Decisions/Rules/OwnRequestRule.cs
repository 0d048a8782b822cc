using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>What was done for this very request before comes first: it can have been sent before anything else changed.</summary>
internal static class OwnRequestRule
{
    public static Decision? Decide(ReinstallRequest request, LedgerState state, Moment at, SubmissionOptions options)
    {
        if (state.Result is { } result) return new Decision.Repeat(result);
        if (state.Machine is not { } machine) return null;

        if (machine.Claim is { } claim && claim.RequestId == request.Id)
        {
            // Its worker is still at it, or it crashed and may have sent.
            if (claim.LeaseUntil > at.Earliest) return new Decision.LookAgain(at.LookAgain(claim.LeaseUntil));
            return Indeterminate(Pushed.MayHaveBeen(machine, Push.Of(request, claim), at, options) with { Claim = null, Waiting = null }, claim);
        }

        if (machine.Abandoned.FirstOrDefault(abandoned => abandoned.RequestId == request.Id) is not { } taken) return null;
        var rest = machine with { Abandoned = [.. machine.Abandoned.Where(abandoned => abandoned.RequestId != request.Id)] };
        return Indeterminate(Pushed.Await(rest, Push.Of(request, taken), taken.LeaseUntil), taken);
    }

    private static Decision.Conclude Indeterminate(MachineRecord machine, Claim claim)
    {
        var verdict = claim.Command is { } command
            ? new Verdict(Outcome.Indeterminate, DecisionReasons.AgentSilent,
                $"the command was on its queue until {command.Expires:u}, and no result came by {command.AnswerBy:u}")
            : new Verdict(Outcome.Indeterminate, DecisionReasons.Interrupted, "the request was claimed, and no answer was recorded");
        return new Decision.Conclude(verdict, Until: machine.CoolDown?.Until, Machine: machine);
    }
}
