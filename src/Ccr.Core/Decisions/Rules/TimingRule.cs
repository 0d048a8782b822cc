using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>When a request may be carried out, by what the event itself says.</summary>
internal static class TimingRule
{
    public static Decision? Decide(ReinstallRequest request, MachineRecord? machine, Moment at, SubmissionOptions options)
    {
        if (request.Expires is { } expires && expires <= at.Now)
        {
            // Whoever asked is told whether it was ever tried.
            return machine?.Waiting is { } waiting && waiting.RequestId == request.Id
                ? new Decision.Conclude(
                    RetryRule.GaveUp(request, waiting.Tries, $"the event was of use until {expires:u}"), Machine: machine with { Waiting = null })
                : new Decision.Conclude(new Verdict(Outcome.Ignored, EventReasons.Expired, $"the event was of use until {expires:u}"));
        }

        if (request.NotBefore is not { } notBefore || notBefore <= at.Now) return null;

        // What must wait for ever is asked for by mistake, or by somebody who wants the queue full.
        if (notBefore >= request.Expires) return Refuse($"the event asks to wait until {notBefore:u}, and is of use until {request.Expires:u}");
        if (notBefore - at.Now > options.LongestWait)
            return Refuse($"the event asks to wait until {notBefore:u}, and Ccr:Submissions:LongestWait is {options.LongestWait}");

        return new Decision.Defer(new Verdict(Outcome.Deferred, DecisionReasons.NotYet, $"the event asks to wait until {notBefore:u}"), notBefore);
    }

    private static Decision.Conclude Refuse(string detail) => new(new Verdict(Outcome.Rejected, DecisionReasons.TooLate, detail));
}
