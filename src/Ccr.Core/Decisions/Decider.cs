using Ccr.Core.Ledger;
using Ccr.Core.ManagementPoints;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions;

/// <summary>The rules by which a request is carried out, or not. Values in, values out: the caller writes and sends.</summary>
public sealed class Decider(SubmissionOptions options)
{
    /// <summary>Decides what to do with a request, given what the ledger knows.</summary>
    public Decision Decide(ReinstallRequest request, LedgerState state, DateTimeOffset now)
    {
        // What was done for this very request comes first: it can have been sent before it expired.
        if (state.Result is { } result) return new Decision.Repeat(result);
        if (state.Machine?.Claim is { } own && own.RequestId == request.Id) return DecideOwnClaim(request, state.Machine, own, now);

        if (TimingRules.Decide(request, now) is { } verdict)
            return verdict.Outcome == Outcome.Deferred ? new Decision.Defer(verdict, request.NotBefore!.Value) : new Decision.Conclude(verdict);
        if (DecideHeld(state.Machine, now) is { } held) return held;
        if (request.DryRun) return new Decision.Conclude(DryRunOf(request));

        var claim = new Claim(request.Id, now + options.ClaimLease);
        return new Decision.Submit((state.Machine ?? new MachineRecord(request.LedgerKey)) with { Claim = claim });
    }

    /// <summary>The machine's record once its claim has ended with an answer.</summary>
    public MachineRecord Finish(MachineRecord machine, SubmissionAnswer answer, DateTimeOffset now)
    {
        var mayHaveArrived = answer.Verdict is SubmissionVerdict.Accepted or SubmissionVerdict.Unknown;
        return machine with
        {
            Claim = null,
            CoolDown = mayHaveArrived ? new CoolDown(machine.Claim!.RequestId, now + options.CoolDown) : machine.CoolDown,
        };
    }

    /// <summary>How a request ends with an answer.</summary>
    public static Verdict VerdictOf(SubmissionAnswer answer)
    {
        var outcome = answer.Verdict switch
        {
            SubmissionVerdict.Accepted => Outcome.Accepted,
            SubmissionVerdict.Unknown => Outcome.Indeterminate,
            _ => Outcome.Failed,
        };
        return new Verdict(outcome, answer.Reason, answer.Detail);
    }

    /// <summary>A claim without a result: its worker is still at it, or it crashed and may have sent.</summary>
    private Decision DecideOwnClaim(ReinstallRequest request, MachineRecord machine, Claim claim, DateTimeOffset now)
    {
        if (claim.LeaseUntil > now) return new Decision.LookAgain(claim.LeaseUntil);

        var coolDown = new CoolDown(request.Id, now + options.CoolDown);
        var verdict = new Verdict(Outcome.Indeterminate, DecisionReasons.Interrupted, "the request was claimed, and no answer was recorded");
        return new Decision.Conclude(verdict, Until: coolDown.Until, Machine: machine with { Claim = null, CoolDown = coolDown });
    }

    private Decision.Conclude? DecideHeld(MachineRecord? machine, DateTimeOffset now)
    {
        if (machine?.Claim is { } claim && claim.LeaseUntil > now)
        {
            var inFlight = new Verdict(Outcome.Suppressed, DecisionReasons.InFlight, $"it repeats the request {claim.RequestId}");
            return new Decision.Conclude(inFlight, claim.RequestId);
        }

        // An abandoned claim may have been sent: it holds the machine as long as a submission would.
        var held = machine?.Claim is { } abandoned ? new CoolDown(abandoned.RequestId, abandoned.LeaseUntil + options.CoolDown) : machine?.CoolDown;
        if (held is null || held.Until <= now) return null;

        var cooling = new Verdict(Outcome.Suppressed, DecisionReasons.CoolingDown, $"it repeats the request {held.RequestId}; the cool-down ends {held.Until:u}");
        return new Decision.Conclude(cooling, held.RequestId, held.Until);
    }

    private static Verdict DryRunOf(ReinstallRequest request)
    {
        var submission = new Submission(request.Machine, request.Domain, request.Force);
        var target = request.Site.ManagementPoints[0];
        return new Verdict(Outcome.DryRun, DecisionReasons.DryRun, $"{CcrRequest.Method} {CcrRequest.UriOf(target, submission)}");
    }
}
