using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;

namespace Ccr.Core.Decisions.Rules;

/// <summary>What was certainly not sent is tried again, ever more slowly, until there is no more time for it.</summary>
internal static class RetryRule
{
    public static (Verdict Verdict, Waiting? Waiting, DateTimeOffset? Until) Decide(
        ReinstallRequest request, Waiting? before, SubmissionAnswer answer, Moment at, SubmissionOptions options)
    {
        var tries = (before?.Tries ?? 0) + 1;
        var since = before?.Since ?? at.Now;
        var end = since + options.RetryFor;
        if (request.Expires is { } expires && expires < end) end = expires;

        var next = at.Now + Spread.Over(Delay(tries, options), request.Id);
        if (next < end)
        {
            // A copy that is overdue by more than a try takes was lost, and holds the machine no longer.
            var waiting = new Waiting(request.Id, since, tries, next + options.ClaimLease + options.LongestRetryAfter)
            {
                WithoutForce = !request.Force,
            };
            return (new Verdict(Outcome.Deferred, IsForAgent(request) ? DecisionReasons.NotHandedOver : DecisionReasons.Unreached,
                $"{answer.Reason.Code}: {answer.Detail}; tried {Times(tries)}, and again at {next:u}"), waiting, next);
        }

        var verdict = options.RetryFor == TimeSpan.Zero
            ? new Verdict(Outcome.Failed, answer.Reason, answer.Detail)
            : GaveUp(request, tries, $"{answer.Reason.Code}: {answer.Detail}");
        return (verdict, null, null);
    }

    public static Verdict GaveUp(ReinstallRequest request, int tries, string detail) =>
        new(Outcome.Failed, IsForAgent(request) ? DecisionReasons.NeverHandedOver : DecisionReasons.GaveUp, $"{detail}; tried {Times(tries)}");

    private static bool IsForAgent(ReinstallRequest request) => request.Site.Transport == SiteTransport.Agent;

    private static TimeSpan Delay(int tries, SubmissionOptions options)
    {
        var doubled = options.FirstRetryAfter * Math.Pow(2, Math.Min(tries - 1, 30));
        return doubled < options.LongestRetryAfter ? doubled : options.LongestRetryAfter;
    }

    private static string Times(int tries) => tries == 1 ? "once" : $"{tries} times";
}
