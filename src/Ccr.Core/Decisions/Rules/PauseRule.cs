using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>One switch stops all submissions of all instances.</summary>
internal static class PauseRule
{
    public static Decision? Decide(ReinstallRequest request, SwitchRecord? pause, Moment at, SubmissionOptions options)
    {
        if (pause is not { On: true } || pause.Until <= at.Earliest) return null;

        var end = pause.Until is { } until ? $" until {until:u}" : "";
        var verdict = new Verdict(Outcome.Deferred, DecisionReasons.Paused, $"{pause.By ?? "somebody"} paused all submissions on {pause.Since:u}{end}");
        return new Decision.Defer(verdict, at.Now + Spread.Over(options.HeldLookAfter, request.Id));
    }
}
