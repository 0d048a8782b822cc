using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;
using Ccr.Core.Views;

namespace Ccr.Core.Tests.Decisions.Rules;

/// <summary>The rules about what was done with the machine before: holds, attempts, retries, dry runs.</summary>
public class MachineRuleTests
{
    private static readonly ReasonCode Refused = new("CCR3202", "Connection refused", "None.");
    private readonly RuleSet _rules = new();

    private static SubmissionAnswer NotSent => new(SubmissionVerdict.NotSent, Refused, "mp01 refused the connection", null, TimeSpan.Zero);

    private SubmissionEnd NotSentOnce(ReinstallRequest request, MachineRecord machine) => _rules.Decider.Finish(
        request, machine with { Claim = new Claim(request.Id, Some.Time), Waiting = machine.Waiting }, NotSent, Moment.Exactly(Some.Time));

    [Fact]
    public void Decide_OtherRequestWaitsForAManagementPoint_IsSuppressedUntilThatOneIsOverdue()
    {
        var machine = RuleSet.Machine with { Waiting = new Waiting("other", Some.Time, 1, Some.Time.AddHours(1)) };

        var during = Assert.IsType<Decision.Conclude>(_rules.Decide(RuleSet.Request, machine, Some.Time));

        Assert.Equal(("CCR2001", "other"), (during.Verdict.Reason.Code, during.Repeats));
        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request, machine, Some.Time.AddHours(1)));
    }

    [Theory]
    [InlineData("pushed")]
    [InlineData("claimed")]
    [InlineData("waiting")]
    [InlineData("abandoned")]
    public void Decide_ForceAfterARequestWithoutIt_WaitsForTheEndInsteadOfBeingSuppressed(string how)
    {
        var end = Some.Time.AddHours(1);
        var machine = how switch
        {
            "pushed" => RuleSet.Machine with { CoolDown = new CoolDown("other", end) { WithoutForce = true } },
            "claimed" => RuleSet.Machine with { Claim = new Claim("other", end) { WithoutForce = true } },
            "waiting" => RuleSet.Machine with { Waiting = new Waiting("other", Some.Time, 1, end) { WithoutForce = true } },
            _ => RuleSet.Machine with { Claim = new Claim("other", end - _rules.Options.Submissions.CoolDown) { WithoutForce = true } },
        };

        var stronger = Assert.IsType<Decision.Defer>(_rules.Decide(RuleSet.Request, machine, Some.Time));
        var equal = Assert.IsType<Decision.Conclude>(_rules.Decide(RuleSet.Request with { Force = false }, machine, Some.Time));

        Assert.Equal(("CCR2024", end), (stronger.Verdict.Reason.Code, stronger.Until));
        Assert.Equal(Outcome.Suppressed, equal.Verdict.Outcome);
    }

    [Fact]
    public void DecideHandedOver_ForceAfterAPushWithoutIt_IsSuppressedAsAnAgentCannotWait()
    {
        var machine = RuleSet.Machine with { CoolDown = new CoolDown("other", Some.Time.AddHours(1)) { WithoutForce = true } };

        var decision = _rules.Decider.DecideHandedOver(
            RuleSet.Request, new LedgerState(RuleSet.Request.LedgerKey, "1", machine, null), Moment.Exactly(Some.Time));

        Assert.Equal((Outcome.Suppressed, "CCR2002"), RuleSet.VerdictOf(decision));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Finish_Accepted_RemembersWhetherItWasWithForce(bool force)
    {
        var request = RuleSet.Request with { Force = force };
        var accepted = new SubmissionAnswer(SubmissionVerdict.Accepted, Refused, "", 200, TimeSpan.Zero);

        var claimed = _rules.Decider.Claim(request, null, Moment.Exactly(Some.Time));
        var end = _rules.Decider.Finish(request, claimed, accepted, Moment.Exactly(Some.Time));

        Assert.Equal((!force, !force), (claimed.Claim!.WithoutForce, end.Machine.CoolDown!.WithoutForce));
    }

    [Fact]
    public void Decide_OwnRequestWaited_IsAdmitted()
    {
        var machine = RuleSet.Machine with { Waiting = new Waiting("own", Some.Time, 1, Some.Time.AddHours(1)) };

        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request, machine, Some.Time));
    }

    [Fact]
    public void Claim_AbandonedClaimIsTakenOver_RemembersThatItsRequestMayHaveBeenSent()
    {
        var abandoned = new Claim("other", Some.Time);
        var at = Moment.Exactly(Some.Time + _rules.Options.Submissions.CoolDown);

        var machine = _rules.Decider.Claim(RuleSet.Request, RuleSet.Machine with { Claim = abandoned }, at);
        var other = _rules.Decide(RuleSet.Request with { Id = "other" }, machine, at);

        Assert.Equal(("own", abandoned, Some.Time), (machine.Claim!.RequestId, Assert.Single(machine.Abandoned), Assert.Single(machine.Pushes)));
        Assert.Equal((Outcome.Indeterminate, "CCR2005"), RuleSet.VerdictOf(other));
        Assert.Empty(((Decision.Conclude)other).Machine!.Abandoned);
    }

    [Fact]
    public void Decide_PushedAsOftenAsMayBeInAWeek_IsQuarantinedUntilReleased()
    {
        var machine = RuleSet.Machine with { Pushes = [Some.Time.AddDays(-6), Some.Time.AddDays(-4), Some.Time.AddDays(-2)] };

        var decision = Assert.IsType<Decision.Conclude>(_rules.Decide(RuleSet.Request, machine, Some.Time));
        var muchLater = _rules.Decide(RuleSet.Request with { Id = "next", EventTime = null }, decision.Machine, Some.Time.AddDays(30));

        Assert.Equal((Outcome.Rejected, "CCR2012"), RuleSet.VerdictOf(decision));
        Assert.Equal(new Quarantine(Some.Time, "own"), decision.Machine!.Quarantine);
        Assert.Equal((Outcome.Rejected, "CCR2012"), RuleSet.VerdictOf(muchLater));
    }

    [Fact]
    public void Decide_OldestPushIsAWeekAgo_IsAdmitted()
    {
        var machine = RuleSet.Machine with { Pushes = [Some.Time.AddDays(-7), Some.Time.AddDays(-4), Some.Time.AddDays(-2)] };

        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request, machine, Some.Time));
    }

    [Fact]
    public void Decide_NoLimitOfPushes_IsAdmitted()
    {
        _rules.Options.Submissions.MaxPushesPerWeek = 0;
        var machine = RuleSet.Machine with { Pushes = [.. Enumerable.Range(1, 50).Select(i => Some.Time.AddHours(-i))] };

        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request, machine, Some.Time));
    }

    [Fact]
    public void Decide_DryRunOfAMachinePushedTooOften_ChangesNothing()
    {
        var machine = RuleSet.Machine with { Pushes = [Some.Time.AddDays(-6), Some.Time.AddDays(-4), Some.Time.AddDays(-2)] };

        var decision = Assert.IsType<Decision.Conclude>(_rules.Decide(RuleSet.Request with { DryRun = true }, machine, Some.Time));

        Assert.Equal(("CCR2012", null), (decision.Verdict.Reason.Code, decision.Machine));
    }

    [Fact]
    public void Decide_DryRunByConfiguration_ShowsTheRequestAndWhatItWouldWaitFor()
    {
        _rules.Options.Submissions.DryRun = true;
        _rules.Options.Windows["hq"] = [new WindowOptions { Opens = "0 22 * * *" }];

        var decision = Assert.IsType<Decision.Conclude>(_rules.Decide(RuleSet.Request));

        Assert.Equal(Outcome.DryRun, decision.Verdict.Outcome);
        Assert.StartsWith("SMS_POST http://mp01/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True, at 2026-01-31 22:00:00Z", decision.Verdict.Detail,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_NotSentAgainAndAgain_WaitsEverLongerAndGivesUpWhenTheTimeIsOver()
    {
        var machine = RuleSet.Machine;
        var now = Some.Time;
        var waits = new List<TimeSpan>();
        SubmissionEnd end;
        while (true)
        {
            end = _rules.Decider.Finish(RuleSet.Request, machine with { Claim = new Claim("own", now) }, NotSent, Moment.Exactly(now));
            if (end.Until is not { } until) break;

            waits.Add(until - now);
            Assert.Equal((Outcome.Deferred, null), (end.Verdict.Outcome, end.Machine.Claim));
            (machine, now) = (end.Machine, until);
        }

        Assert.InRange(waits[0], TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(75));
        Assert.All(waits.Zip(waits.Skip(1)).Take(5), pair => Assert.Equal(2, pair.Second / pair.First, 3));
        Assert.All(waits, wait => Assert.True(wait <= TimeSpan.FromMinutes(75)));
        Assert.InRange(now, Some.Time.AddHours(22), Some.Time.AddDays(1));
        Assert.Equal((Outcome.Failed, "CCR2017"), (end.Verdict.Outcome, end.Verdict.Reason.Code));
        Assert.Contains("CCR3202", end.Verdict.Detail, StringComparison.Ordinal);
        Assert.Equal(RuleSet.Machine, end.Machine);
    }

    [Fact]
    public void Finish_NotSent_HoldsTheMachineUntilTheNextTryIsOverdueAndSaysHowOftenItWasTried()
    {
        var options = _rules.Options.Submissions;
        var request = RuleSet.Request with { Force = false };

        var first = NotSentOnce(request, RuleSet.Machine);
        var second = NotSentOnce(request, first.Machine);

        Assert.Equal(
            new Waiting("own", Some.Time, 1, first.Until!.Value + options.ClaimLease + options.LongestRetryAfter) { WithoutForce = true },
            first.Machine.Waiting);
        Assert.Contains("tried once, ", first.Verdict.Detail, StringComparison.Ordinal);
        Assert.Contains("tried 2 times, ", second.Verdict.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_NextTryComesWhenItExpires_Fails()
    {
        var next = NotSentOnce(RuleSet.Request, RuleSet.Machine).Until!.Value;

        Assert.Equal(Outcome.Failed, NotSentOnce(RuleSet.Request with { Expires = next }, RuleSet.Machine).Verdict.Outcome);
        Assert.Equal(Outcome.Deferred, NotSentOnce(RuleSet.Request with { Expires = next.AddTicks(1) }, RuleSet.Machine).Verdict.Outcome);
    }

    [Fact]
    public void Finish_NoTryAgainConfigured_FailsAsTheManagementPointAnsweredAndFreesNoOther()
    {
        _rules.Options.Submissions.RetryFor = TimeSpan.Zero;
        var others = RuleSet.Machine with { Claim = new Claim("other", Some.Time), Waiting = new Waiting("other", Some.Time, 1, Some.Time) };

        var end = _rules.Decider.Finish(RuleSet.Request, others, NotSent, Moment.Exactly(Some.Time));

        Assert.Equal(new Verdict(Outcome.Failed, Refused, "mp01 refused the connection"), end.Verdict);
        Assert.Equal(others, end.Machine);
    }

    [Fact]
    public void Spread_OfManyRequests_IsWithinAQuarter()
    {
        var spread = Enumerable.Range(0, 500).Select(number => Spread.Over(TimeSpan.FromMinutes(1), $"ccr-{number}").TotalSeconds).ToList();

        Assert.InRange(spread.Min(), 45, 47);
        Assert.InRange(spread.Max(), 73, 75);
    }

    [Fact]
    public void Decide_NoLimitOfPushesToNoAvail_IsAdmitted()
    {
        _rules.Options.Submissions.MaxNotVerified = 0;

        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request, RuleSet.Machine));
    }

    [Fact]
    public void Finish_Pushed_ForgetsWhatIsAWeekOldAndAwaitsWhatTheRequestAndTheAgentSaid()
    {
        var (claims, agents) = (new SiteView { Ccr = new CcrTrace() }, new SiteView { Device = new DeviceView { ResourceId = 1 } });
        var request = RuleSet.Request with { Site = Some.Site with { Verification = VerificationPlan.Of(new VerificationOptions()) } };
        var until = Some.Time + _rules.Options.Submissions.CoolDown;
        var machine = RuleSet.Machine with
        {
            Claim = new Claim("own", Some.Time) { EventTime = Some.Time.AddHours(-9), Before = claims },
            CoolDown = new CoolDown("other", until),
            Pushes = [Some.Time.AddDays(-7), Some.Time.AddDays(-6)],
        };
        var accepted = new SubmissionAnswer(SubmissionVerdict.Accepted, Refused, "", 200, TimeSpan.Zero);
        var said = ReinstallResult.Of("own", "cmdb", "e1", 1, 1, new Verdict(Outcome.Accepted, Refused, ""), Some.Time) with { Before = agents };

        var end = _rules.Decider.Finish(request, machine, accepted with { Agents = said }, Moment.Exactly(Some.Time));
        var unknown = _rules.Decider.Finish(request with { EventTime = null }, machine, accepted, Moment.Exactly(Some.Time));

        Assert.Equal(new CoolDown("own", until), end.Machine.CoolDown);
        Assert.Equal([Some.Time.AddDays(-6), Some.Time], end.Machine.Pushes);
        Assert.Equal((Some.Time, agents), (end.Machine.FindAwaited("own")!.EventTime, end.Machine.FindAwaited("own")!.Before));
        Assert.Equal((Some.Time.AddHours(-9), claims), (unknown.Machine.FindAwaited("own")!.EventTime, unknown.Machine.FindAwaited("own")!.Before));
    }

    [Fact]
    public void Finish_RequestExpiresBeforeTheNextTry_Fails()
    {
        var end = _rules.Decider.Finish(
            RuleSet.Request with { Expires = Some.Time.AddSeconds(40) }, RuleSet.Machine with { Claim = new Claim("own", Some.Time) }, NotSent,
                Moment.Exactly(Some.Time));

        Assert.Equal(Outcome.Failed, end.Verdict.Outcome);
    }

    [Fact]
    public void Finish_ClaimWasTakenOver_LeavesItAlone()
    {
        var taken = RuleSet.Machine with { Claim = new Claim("other", Some.Time.AddHours(1)) };
        var accepted = new SubmissionAnswer(SubmissionVerdict.Accepted, Refused, "late", 200, TimeSpan.Zero);

        var end = _rules.Decider.Finish(RuleSet.Request, taken, accepted, Moment.Exactly(Some.Time));

        Assert.Equal(("other", "own"), (end.Machine.Claim!.RequestId, end.Machine.CoolDown!.RequestId));
    }

    [Fact]
    public void Finish_LongerCoolDownIsKnown_DoesNotShortenIt()
    {
        var longer = new CoolDown("other", Some.Time.AddDays(2));
        var machine = RuleSet.Machine with { Claim = new Claim("own", Some.Time), CoolDown = longer };

        var end = _rules.Decider.Finish(RuleSet.Request, machine, new SubmissionAnswer(SubmissionVerdict.Unknown, Refused, "", null, TimeSpan.Zero),
            Moment.Exactly(Some.Time));

        Assert.Equal((Outcome.Indeterminate, longer), (end.Verdict.Outcome, end.Machine.CoolDown));
    }
}
