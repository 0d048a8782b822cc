using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Decisions.Rules;

/// <summary>One switch stops all submissions of all instances, and one those to a site.</summary>
internal static class PauseRule
{
    /// <param name="request">The request.</param>
    /// <param name="pauses">The switch of all sites, and that of the request's.</param>
    /// <param name="at">The time.</param>
    /// <param name="options">How often a held request is looked at.</param>
    public static Decision? Decide(ReinstallRequest request, IEnumerable<SwitchRecord?> pauses, Moment at, SubmissionOptions options)
    {
        if (pauses.FirstOrDefault(pause => pause is not null && pause.HoldsAt(at.Earliest)) is not { } pause) return null;

        var what = pause.Site is { } site ? $"the submissions to the site {site}" : "all submissions";
        var end = pause.Until is { } until ? $" until {until:u}" : "";
        var why = pause.Reason is { } reason ? $" ({SafeText.Escape(reason)})" : "";
        var verdict = new Verdict(Outcome.Deferred, DecisionReasons.Paused, $"{pause.By ?? "somebody"} paused {what} on {pause.Since:u}{end}{why}");
        return new Decision.Defer(verdict, at.Now + Spread.Over(options.HeldLookAfter, request.Id));
    }
}
