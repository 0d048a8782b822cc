using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>
/// A machine that another request has pushed, or is about to push, is left alone. A request with force is not answered by a push without it, which
/// repairs no client that is there: it waits for the end of the cool-down, since there is one push within it, whatever is asked for.
/// </summary>
internal static class HoldRule
{
    public static Decision? Decide(ReinstallRequest request, MachineRecord? machine, Moment at, SubmissionOptions options)
    {
        if (machine?.Claim is { } claim && claim.LeaseUntil > at.Earliest)
            return request.Force && claim.WithoutForce ? Stronger(claim.RequestId, at.LookAgain(claim.LeaseUntil)) : InFlight(claim.RequestId);
        if (machine?.Waiting is { } waiting && waiting.RequestId != request.Id && waiting.Until > at.Earliest)
            return request.Force && waiting.WithoutForce ? Stronger(waiting.RequestId, at.LookAgain(waiting.Until)) : InFlight(waiting.RequestId);

        // An abandoned claim may have been sent: it holds the machine as long as a submission would.
        var held = machine?.CoolDown;
        if (machine?.Claim is { } abandoned && (held is null || held.Until < abandoned.LeaseUntil + options.CoolDown))
            held = new CoolDown(abandoned.RequestId, abandoned.LeaseUntil + options.CoolDown) { WithoutForce = abandoned.WithoutForce };

        // A cool-down that was made longer since counts from the last push, too.
        if (held is not null && machine!.Pushes is [.., var last] && last + options.CoolDown > held.Until) held = held with { Until = last + options.CoolDown };
        if (held is null || held.Until <= at.Earliest) return null;

        if (request.Force && held.WithoutForce) return Stronger(held.RequestId, held.Until);
        var cooling = new Verdict(Outcome.Suppressed, DecisionReasons.CoolingDown,
            $"it repeats the request {held.RequestId}; the cool-down ends {held.Until:u}");
        return new Decision.Conclude(cooling, held.RequestId, held.Until);
    }

    private static Decision.Defer Stronger(string requestId, DateTimeOffset until) => new(
        new Verdict(Outcome.Deferred, DecisionReasons.StrongerWish, $"the request {requestId} was without force; this one waits until {until:u}"), until);

    private static Decision.Conclude InFlight(string requestId) =>
        new(new Verdict(Outcome.Suppressed, DecisionReasons.InFlight, $"it repeats the request {requestId}"), requestId);
}
