using Ccr.Core.Sites;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>A dry run shows the request that would be sent, and what it would wait for.</summary>
internal static class DryRunRule
{
    public static Decision? Decide(ReinstallRequest request, Decision.Defer? wait, SubmissionOptions options)
    {
        if (!request.DryRun && !options.DryRun) return null;

        var submission = new Submission(request.Machine, request.Domain, request.Force);
        var detail = CcrRequest.Describe(request.Site, submission);
        if (wait is not null) detail += $", at {wait.Until:u}, as {wait.Verdict.Detail}";
        return new Decision.Conclude(new Verdict(Outcome.DryRun, DecisionReasons.DryRun, detail));
    }
}
