using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Decisions.Rules;

public class StormRuleTests
{
    private static readonly string Key = SwitchRecord.BrakeKey("hq");
    private static readonly TimeSpan Window = new StormOptions().Window;
    private readonly RuleSet _rules = new();

    [Theory]
    [InlineData(0, "01:00:00", "00:30:00", null)]
    [InlineData(100_000, "00:01:00", "00:01:00", null)]
    [InlineData(1, "1.00:00:00", "1.00:00:00", null)]
    [InlineData(-1, "01:00:00", "00:30:00", "MaxMachines")]
    [InlineData(100_001, "01:00:00", "00:30:00", "MaxMachines")]
    [InlineData(1, "00:00:59", "00:30:00", "Window")]
    [InlineData(1, "1.00:00:01", "00:30:00", "Window")]
    [InlineData(1, "01:00:00", "00:00:59", "QuietTime")]
    [InlineData(1, "01:00:00", "1.00:00:01", "QuietTime")]
    public void FindFaults_AtAndBeyondEachLimit_NamesTheSetting(int machines, string window, string quiet, string? setting)
    {
        var options = new StormOptions { MaxMachines = machines, Window = TimeSpan.Parse(window), QuietTime = TimeSpan.Parse(quiet) };

        Assert.Equal(setting is null ? [] : [$"Ccr:Storms:{setting}"], options.FindFaults("Ccr:Storms").Select(fault => fault.Message.Split(' ')[0]));
    }

    [Fact]
    public void SightingOf_WithoutABrake_CountsTheWindow() => AssertSighting(brake: null, keepAgo: Window, countAgo: Window);

    [Theory]
    [InlineData(10, 70)]
    [InlineData(-5, 60)]
    public void SightingOf_Engaged_KeepsWhatWasNotedBeforeItEngaged(int engagedAgo, int keepAgo) =>
        AssertSighting(new SwitchRecord(Key, true, Ago(engagedAgo)), TimeSpan.FromMinutes(keepAgo), Window);

    [Fact]
    public void SightingOf_JustReleased_PassesWhatItHeldAndCountsFromTheRelease() =>
        AssertSighting(Released(ago: 10, engagedAgo: 30), TimeSpan.FromMinutes(90), TimeSpan.FromMinutes(10) - TimeSpan.FromTicks(1));

    [Fact]
    public void SightingOf_ReleasedAWindowAgo_CountsAsIfItHadNeverEngaged() => AssertSighting(Released(ago: 60, engagedAgo: 80), Window, Window);

    [Fact]
    public void DecideStorm_TooManyMachines_EngagesAndRemembersTheLastRelease()
    {
        var first = Assert.IsType<Decision.Turn>(Decide(brake: null, new Sighted(Some.Time, IsWithinLimit: false)));
        var again = Assert.IsType<Decision.Turn>(Decide(Released(ago: 120, engagedAgo: 150), new Sighted(Ago(1), IsWithinLimit: false)));

        Assert.Equal(new SwitchRecord(Key, true, Some.Time, Some.Time, Some.Time, "storm brake"), first.Record);
        Assert.Equal((true, Some.Time, Ago(120)), (again.Record.On, again.Record.Since, again.Record.Before));
    }

    [Fact]
    public void DecideStorm_WithinTheLimitOrNotedBeforeTheRelease_IsAdmitted()
    {
        Assert.IsType<Decision.Admit>(Decide(brake: null, new Sighted(Some.Time, IsWithinLimit: true)));
        Assert.IsType<Decision.Admit>(Decide(Released(ago: 10, engagedAgo: 30), new Sighted(Ago(10), IsWithinLimit: false)));
    }

    [Theory]
    [InlineData(15.0, true)]
    [InlineData(14.9, false)]
    [InlineData(-20.0, false)]
    public void DecideStorm_EngagedAndANewMachine_NotesItAtMostEachQuarterOfAMinute(double seconds, bool notes)
    {
        var stirred = Ago(5);
        var brake = new SwitchRecord(Key, true, Ago(20), Stirred: stirred);

        var decision = Decide(brake, new Sighted(stirred.AddSeconds(seconds), IsWithinLimit: false));

        if (notes)
        {
            Assert.Equal(brake with { Stirred = stirred.AddSeconds(seconds) }, Assert.IsType<Decision.Turn>(decision).Record);
            return;
        }

        var held = Assert.IsType<Decision.Defer>(decision);
        var lookAfter = _rules.Options.Submissions.HeldLookAfter;
        Assert.Equal((Outcome.Deferred, "CCR2015"), (held.Verdict.Outcome, held.Verdict.Reason.Code));
        Assert.InRange(held.Until, Some.Time + (lookAfter * 0.75), Some.Time + (lookAfter * 1.25));
    }

    [Theory]
    [InlineData(30, true)]
    [InlineData(29, false)]
    public void DecideStorm_QuietForLongEnough_LetsGo(int minutes, bool letsGo)
    {
        var decision = Decide(new SwitchRecord(Key, true, Ago(50), Stirred: Ago(minutes)), new Sighted(Ago(50), IsWithinLimit: false));

        Assert.Equal(letsGo ? false : null, (decision as Decision.Turn)?.Record.On);
    }

    private Decision Decide(SwitchRecord? brake, Sighted sighted) =>
        _rules.Decider.DecideStorm(RuleSet.Request, new SwitchState(Key, brake is null ? null : "1", brake), sighted, Moment.Exactly(Some.Time));

    private void AssertSighting(SwitchRecord? brake, TimeSpan keepAgo, TimeSpan countAgo)
    {
        var sighting = _rules.Decider.SightingOf(RuleSet.Request, new SwitchState(Key, null, brake), Moment.Exactly(Some.Time));

        Assert.Equal(new Sighting("hq", RuleSet.Request.LedgerKey, Some.Time, Some.Time - keepAgo, Some.Time - countAgo, 500), sighting);
    }

    private static SwitchRecord Released(int ago, int engagedAgo) => new(Key, false, Ago(ago), Ago(engagedAgo));

    private static DateTimeOffset Ago(int minutes) => Some.Time.AddMinutes(-minutes);
}
