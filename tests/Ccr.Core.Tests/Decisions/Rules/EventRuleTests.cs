using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Decisions.Rules;

/// <summary>The rules about what the event itself says: freshness, expiry, and its own time.</summary>
public class EventRuleTests
{
    private static readonly DateTimeOffset Hour = Some.Time.AddHours(1);
    private readonly RuleSet _rules = new();

    [Fact]
    public void Decide_EventAsOldAsMayBe_IsAdmittedAndATickOlderIsIgnored()
    {
        var limit = Some.Time + _rules.Options.Freshness.MaxAge;

        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request, now: limit));
        Assert.Equal((Outcome.Ignored, "CCR2011"), RuleSet.VerdictOf(_rules.Decide(RuleSet.Request, now: limit.AddTicks(1))));
    }

    [Fact]
    public void Decide_EventGrewOldWhileItWaitedHere_IsAdmitted()
    {
        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request with { HasWaited = true }, now: Some.Time.AddDays(5)));
    }

    [Fact]
    public void Decide_AnyAgeConfigured_IsAdmitted()
    {
        _rules.Options.Freshness.MaxAge = TimeSpan.Zero;

        Assert.IsType<Decision.Admit>(_rules.Decide(RuleSet.Request, now: Some.Time.AddYears(5)));
    }

    [Theory]
    [InlineData("00:00:00", true)]
    [InlineData("00:01:00", true)]
    [InlineData("00:00:59", false)]
    [InlineData("-00:00:01", false)]
    public void FindFaults_OfTheGreatestAge_TakesNoneOrAMinuteAndMore(string age, bool valid) =>
        Assert.Equal(valid, !new FreshnessOptions { MaxAge = TimeSpan.Parse(age) }.FindFaults("Ccr:Freshness").Any());

    [Fact]
    public void Decide_Expired_IsIgnoredFromThatTimeOn()
    {
        var request = RuleSet.Request with { Expires = Hour };

        Assert.IsType<Decision.Admit>(_rules.Decide(request, now: Hour.AddTicks(-1)));
        Assert.Equal((Outcome.Ignored, "CCR1102"), RuleSet.VerdictOf(_rules.Decide(request, now: Hour)));
    }

    [Fact]
    public void Decide_ExpiredWhileNoManagementPointCouldBeReached_FailsAndFreesTheMachine()
    {
        var waiting = RuleSet.Machine with { Waiting = new Waiting("own", Some.Time, 4, Hour) };

        var decision = Assert.IsType<Decision.Conclude>(_rules.Decide(RuleSet.Request with { Expires = Hour }, waiting, Hour));

        Assert.Equal((Outcome.Failed, "CCR2017"), RuleSet.VerdictOf(decision));
        Assert.Equal(RuleSet.Machine, decision.Machine);
    }

    [Fact]
    public void Decide_NotBeforeFurtherAheadThanMayBe_IsRejected()
    {
        var limit = Some.Time + _rules.Options.Submissions.LongestWait;

        Assert.Equal((Outcome.Deferred, "CCR2004"), RuleSet.VerdictOf(_rules.Decide(RuleSet.Request with { NotBefore = limit })));
        Assert.Equal((Outcome.Rejected, "CCR2023"), RuleSet.VerdictOf(_rules.Decide(RuleSet.Request with { NotBefore = limit.AddTicks(1) })));
        Assert.Equal((Outcome.Rejected, "CCR2023"), RuleSet.VerdictOf(_rules.Decide(RuleSet.Request with { NotBefore = DateTimeOffset.MaxValue })));
    }

    [Fact]
    public void Decide_NotBeforeAfterExpires_IsRejected()
    {
        Assert.Equal((Outcome.Rejected, "CCR2023"), RuleSet.VerdictOf(_rules.Decide(RuleSet.Request with { NotBefore = Hour, Expires = Hour })));
        Assert.Equal((Outcome.Deferred, "CCR2004"), RuleSet.VerdictOf(_rules.Decide(RuleSet.Request with { NotBefore = Hour, Expires = Hour.AddTicks(1) })));
    }

    [Fact]
    public void Decide_NotBefore_IsDeferredUntilThen()
    {
        var request = RuleSet.Request with { NotBefore = Hour };

        var early = Assert.IsType<Decision.Defer>(_rules.Decide(request, now: Hour.AddTicks(-1)));

        Assert.Equal(("CCR2004", Hour), (early.Verdict.Reason.Code, early.Until));
        Assert.IsType<Decision.Admit>(_rules.Decide(request, now: Hour));
    }
}
