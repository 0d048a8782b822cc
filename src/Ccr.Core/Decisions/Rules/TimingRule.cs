using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>When a request may be carried out, by what the event itself says.</summary>
internal static class TimingRule
{
    public static Decision? Decide(ReinstallRequest request, MachineRecord? machine, Moment at)
    {
        if (request.Expires is { } expires && expires <= at.Now)
        {
            // Whoever asked is told whether it was ever tried.
            return machine?.Waiting is { } waiting && waiting.RequestId == request.Id
                ? new Decision.Conclude(
                    RetryRule.GaveUp(request, waiting.Tries, $"the event was of use until {expires:u}"), Machine: machine with { Waiting = null })
                : new Decision.Conclude(new Verdict(Outcome.Ignored, EventReasons.Expired, $"the event was of use until {expires:u}"));
        }

        return request.NotBefore is { } notBefore && notBefore > at.Now
            ? new Decision.Defer(new Verdict(Outcome.Deferred, DecisionReasons.NotYet, $"the event asks to wait until {notBefore:u}"), notBefore)
            : null;
    }
}
