using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;

namespace Ccr.Core.Verification;

/// <summary>What follows from a look.</summary>
/// <param name="Awaited">The push as it is awaited then.</param>
/// <param name="Say">What is to be published, if anything is new.</param>
public sealed record LookStep(Awaited Awaited, VerificationResult? Say);

/// <summary>Decides by what was seen whether a client came back. Values in, values out: the caller reads, writes and looks.</summary>
public static class VerificationRules
{
    /// <summary>A request that disappears so long before the site gives up was not given up.</summary>
    private const double WellBefore = 0.9;

    /// <summary>What follows from one look.</summary>
    /// <param name="awaited">The push.</param>
    /// <param name="result">The result of its request.</param>
    /// <param name="plan">When the site is looked at; null when it is not any more.</param>
    /// <param name="look">What came of the look.</param>
    /// <param name="view">What the site shows of the machine, if that is known now.</param>
    /// <param name="now">The time.</param>
    public static LookStep Decide(Awaited awaited, ReinstallResult result, VerificationPlan? plan, LookAnswer look, SiteView? view, DateTimeOffset now)
    {
        if (plan is null)
            return Say(awaited, result, VerificationOutcome.Unknown, VerificationReasons.NotConfigured, "its configuration was changed", null, now);

        var seenBefore = awaited.Seen;
        awaited = awaited with
        {
            Before = awaited.Before ?? view,
            IsBeforeLate = awaited.IsBeforeLate || (awaited.Before is null && view is not null),
            Seen = view is null ? awaited.Seen : now,
            WasInInbox = awaited.WasInInbox || view?.Ccr is { Place: not CcrPlace.None },
        };
        var evidence = view is null ? null : Evidence.Between(awaited.Before!, view, awaited.WasInInbox);
        if (evidence is { Grade: > EvidenceGrade.Nothing }) awaited = awaited with { Arrived = true };

        var since = now - awaited.Since;
        if (evidence is not null && EndBy(evidence, since, plan) is var (reason, detail))
        {
            if (reason == VerificationReasons.SiteGaveUp && evidence.Grade == EvidenceGrade.Done && !(now - seenBefore <= plan.ThenEvery * 2))
            {
                return Say(awaited, result, VerificationOutcome.Unknown, VerificationReasons.NotSeen,
                    "the request disappeared while nobody looked: the site may have been done with it, or have given it up", evidence, now, view);
            }

            var outcome = reason == VerificationReasons.SiteGaveUp ? VerificationOutcome.NotVerified : VerificationOutcome.Verified;
            // A file that is being moved can be missed once.
            if (reason != VerificationReasons.SiteIsDone || awaited.WasGone) return Say(awaited, result, outcome, reason, detail, evidence, now, view);
        }

        // What the last look sees gone for the first time is looked at once more.
        var isGone = evidence is { Grade: EvidenceGrade.Done };
        var isNewlyGone = isGone && !awaited.WasGone;
        if (view is not null) awaited = awaited with { WasGone = isGone };
        if (now >= awaited.Until && !isNewlyGone) return GiveUp(awaited, result, plan, look, evidence, now, view);
        if (evidence?.Error is not { } error || error == awaited.SaidError)
            return new LookStep(evidence is { Error: null } ? awaited with { SaidError = null } : awaited, null);

        var step = Say(awaited, result, VerificationOutcome.InRetry, VerificationReasons.InRetry, DescribeError(error), evidence, now, view);
        return step with { Awaited = step.Awaited with { SaidError = error } };
    }

    /// <summary>What follows when the machine was pushed again: what the site showed before the later push is the last that is said of this one.</summary>
    public static LookStep EndByLater(Awaited awaited, ReinstallResult result, Awaited later, VerificationPlan plan, DateTimeOffset now)
    {
        var view = later.IsBeforeLate ? null : later.Before;
        if (view is not null && awaited.Before is { } before)
        {
            var evidence = Evidence.Between(before, view, awaited.WasInInbox);
            if (EndBy(evidence, plan.OftenFor, plan) is var (reason, detail) && reason != VerificationReasons.SiteGaveUp)
                return Say(awaited, result, VerificationOutcome.Verified, reason, detail, evidence, now, view);
        }

        return Say(
            awaited, result, VerificationOutcome.NotVerified, VerificationReasons.PushedAgain, $"the request {later.RequestId} followed", null, now, view);
    }

    /// <summary>When the next look is due.</summary>
    public static DateTimeOffset NextLook(Awaited awaited, VerificationPlan plan, DateTimeOffset now)
    {
        var next = now + plan.NextAfter(now - awaited.Since);
        return next > awaited.Until && now < awaited.Until ? awaited.Until : next;
    }

    private static (ReasonCode Reason, string Detail)? EndBy(Evidence evidence, TimeSpan since, VerificationPlan plan)
    {
        var signs = $"since the push changed: {string.Join(", ", evidence.Signs)}";
        return evidence switch
        {
            { Grade: EvidenceGrade.Registered } => (VerificationReasons.Reinstalled, signs),
            { Grade: EvidenceGrade.Talks, IsComplete: true } => (VerificationReasons.Reinstalled, signs),
            { Grade: EvidenceGrade.Talks, WasSilent: true } => (VerificationReasons.Back, signs),
            { Grade: EvidenceGrade.Talks } when since >= plan.OftenFor => (VerificationReasons.Communicating, signs),
            { Grade: EvidenceGrade.Done } when since < plan.SiteGivesUpAfter * WellBefore => (VerificationReasons.SiteIsDone, signs),
            { Grade: EvidenceGrade.Done } => (VerificationReasons.SiteGaveUp, "the request disappeared about when the site gives up"),
            { GaveUp: true, Grade: < EvidenceGrade.Talks } => (VerificationReasons.SiteGaveUp,
                evidence.Error is { } error ? DescribeError(error) : "the device's push is marked as failed or skipped"),
            _ => null,
        };
    }

    private static LookStep GiveUp(
        Awaited awaited, ReinstallResult result, VerificationPlan plan, LookAnswer look, Evidence? evidence, DateTimeOffset now, SiteView? view)
    {
        // An agent's answer comes between two looks.
        if (awaited.Seen is not { } seen || now - seen > plan.ThenEvery * 2)
        {
            var why = look.Fault is { } fault ? $"{fault.Code}: {look.Detail}" : "no answer came";
            return Say(awaited, result, VerificationOutcome.Unknown, VerificationReasons.NotSeen, why, evidence, now, view);
        }

        if (awaited.IsBeforeLate && evidence is not { Grade: > EvidenceGrade.Nothing })
        {
            const string Why = "nothing changed since the first look";
            return Say(awaited, result, VerificationOutcome.Unknown, VerificationReasons.NothingToCompare, Why, evidence, now, view);
        }

        var last = awaited.SaidError is { } error ? DescribeError(error)
            : awaited.Arrived ? "the site had the request"
            : "nothing shows that the site had the request";
        return Say(awaited, result, VerificationOutcome.NotVerified, VerificationReasons.NotBack, last, evidence, now, view);
    }

    private static string DescribeError(long error) => PushErrors.MeaningOf(error) is { } meaning ? $"error {error}, {meaning}" : $"error {error}";

    private static LookStep Say(
        Awaited awaited, ReinstallResult result, VerificationOutcome outcome, ReasonCode reason, string detail, Evidence? evidence, DateTimeOffset now,
        SiteView? view = null)
    {
        var error = evidence?.Error ?? (outcome == VerificationOutcome.NotVerified ? awaited.SaidError : null);
        var said = new VerificationResult
        {
            RequestId = awaited.RequestId,
            Source = result.Source,
            EventId = result.EventId,
            Number = (awaited.Said?.Number ?? 0) + 1,
            Machine = result.Machine!,
            Domain = result.Domain!,
            Site = awaited.Site,
            Outcome = outcome,
            Strength = outcome == VerificationOutcome.Verified ? StrengthOf(reason) : EvidenceStrength.None,
            Reason = reason.Code,
            Meaning = reason.Meaning,
            Detail = detail,
            Remedy = reason.Remedy,
            Time = now,
            Pushed = awaited.Since,
            Signs = evidence?.Signs ?? [],
            ClientVersionBefore = awaited.IsBeforeLate ? null : awaited.Before?.Device?.ClientVersion,
            ClientVersion = view?.Device?.ClientVersion,
            Error = error,
            ErrorMeaning = error is { } number ? PushErrors.MeaningOf(number) : null,
            Settles = result.Outcome == Outcome.Indeterminate && awaited.Arrived,
        };

        // What was compared is not needed any more, and would only make the record long.
        return new LookStep(said.IsFinal ? awaited with { Said = said, Before = null, Asked = null } : awaited with { Said = said }, said);
    }

    private static EvidenceStrength StrengthOf(ReasonCode reason) =>
        reason == VerificationReasons.Reinstalled ? EvidenceStrength.Strong
        : reason == VerificationReasons.Communicating ? EvidenceStrength.Weak
        : EvidenceStrength.Medium;
}
