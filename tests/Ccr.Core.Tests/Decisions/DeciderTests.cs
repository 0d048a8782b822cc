using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Decisions;

public class DeciderTests
{
    private static readonly CcrOptions Configuration = new() { DefaultDomain = "CORP" };
    private static readonly SubmissionOptions Options = Configuration.Submissions;
    private readonly Decider _decider = new(Configuration.ToRules(), new TargetRule(Configuration.Targets, "CORP", Some.Site.ManagementPoints, () => null));

    private static readonly Moment Now = Moment.Exactly(Some.Time);

    private readonly ReinstallRequest _request = new()
    {
        Id = "own",
        Machine = MachineName.Parse("PC01"),
        Domain = DomainName.Parse("CORP"),
        Site = Some.Site,
        Force = true,
    };

    [Fact]
    public void Decide_NothingKnown_AdmitsItAndClaimsTheMachine()
    {
        var decision = _decider.Decide(_request, Known(null), Now);

        Assert.IsType<Decision.Admit>(decision);
        Assert.Equal(
            new MachineRecord("CORP\\PC01") { Claim = new Claim("own", Some.Time + Options.ClaimLease) }, _decider.Claim(_request, null, Now));
    }

    [Fact]
    public void Decide_OwnClaimWithinItsLease_LooksAgainWhenItEnds()
    {
        var state = Known(Claimed("own", Some.Time.AddMinutes(1)));

        var decision = _decider.Decide(_request, state, Now);

        Assert.Equal(new Decision.LookAgain(Some.Time.AddMinutes(1)), decision);
    }

    [Fact]
    public void Decide_OwnClaimAbandoned_IsIndeterminateAndStartsTheCoolDown()
    {
        var state = Known(Claimed("own", Some.Time));

        var decision = Assert.IsType<Decision.Conclude>(_decider.Decide(_request, state, Now));

        Assert.Equal((Outcome.Indeterminate, DecisionReasons.Interrupted), (decision.Verdict.Outcome, decision.Verdict.Reason));
        Assert.Equal(new MachineRecord("CORP\\PC01") { CoolDown = new CoolDown("own", Some.Time + Options.CoolDown), Pushes = [Some.Time] }, decision.Machine);
    }

    [Fact]
    public void Decide_OwnClaimAbandonedAndRequestExpired_IsStillIndeterminate()
    {
        var state = Known(Claimed("own", Some.Time));

        var decision = _decider.Decide(_request with { Expires = Some.Time.AddHours(-1) }, state, Now);

        Assert.Equal(Outcome.Indeterminate, Assert.IsType<Decision.Conclude>(decision).Verdict.Outcome);
    }

    [Fact]
    public void Decide_OtherClaimAbandoned_HoldsTheMachineForACoolDownFromItsLease()
    {
        var state = Known(Claimed("other", Some.Time));

        var during = _decider.Decide(_request, state, Moment.Exactly(Some.Time + Options.CoolDown - TimeSpan.FromTicks(1)));
        var after = _decider.Decide(_request, state, Moment.Exactly(Some.Time + Options.CoolDown));

        Assert.Equal(("other", Some.Time + Options.CoolDown), (((Decision.Conclude)during).Repeats, ((Decision.Conclude)during).Until));
        Assert.IsType<Decision.Admit>(after);
    }

    [Theory]
    [InlineData(-1, "abandoned")]
    [InlineData(0, "pushed")]
    [InlineData(1, "pushed")]
    public void Decide_ClaimAbandonedWithinACoolDown_IsHeldByTheLongerOne(int longer, string held)
    {
        var until = Some.Time + Options.CoolDown;
        var machine = Claimed("abandoned", Some.Time) with { CoolDown = new CoolDown("pushed", until.AddTicks(longer)) };

        var decision = Assert.IsType<Decision.Conclude>(_decider.Decide(_request, Known(machine), Now));

        Assert.Equal((held, until.AddTicks(Math.Max(longer, 0))), (decision.Repeats, decision.Until));
    }

    [Fact]
    public void Decide_DryRunInCoolDown_IsSuppressedAsTheRealRequestWouldBe()
    {
        var state = Known(new MachineRecord("CORP\\PC01") { CoolDown = new CoolDown("other", Some.Time.AddHours(1)) });

        var decision = _decider.Decide(_request with { DryRun = true }, state, Now);

        Assert.Equal(DecisionReasons.CoolingDown, Assert.IsType<Decision.Conclude>(decision).Verdict.Reason);
    }

    [Fact]
    public void Decide_CoolDownWasMadeLonger_CountsFromTheLastPush()
    {
        var pushed = new MachineRecord("CORP\\PC01") { CoolDown = new CoolDown("other", Some.Time.AddHours(1)), Pushes = [Some.Time.AddDays(-3), Some.Time] };

        var during = _decider.Decide(_request, Known(pushed), Moment.Exactly(Some.Time + Options.CoolDown - TimeSpan.FromTicks(1)));
        var after = _decider.Decide(_request, Known(pushed), Moment.Exactly(Some.Time + Options.CoolDown));

        Assert.Equal(("other", Some.Time + Options.CoolDown), (((Decision.Conclude)during).Repeats, ((Decision.Conclude)during).Until));
        Assert.IsType<Decision.Admit>(after);
    }

    [Fact]
    public void Claim_OfARecordWithAHistory_ForgetsWhatIsAWeekOldAndWhoWaited()
    {
        var weekAgo = Some.Time.AddDays(-7);
        var known = Claimed("last", Some.Time.AddDays(-2)) with
        {
            Waiting = new Waiting("other", Some.Time, 1, Some.Time),
            Abandoned = [new Claim("old", weekAgo), new Claim("young", weekAgo.AddTicks(1))],
            Handed = [new Handed("old", "hq", weekAgo), new Handed("own", "hq", Some.Time), new Handed("young", "hq", weekAgo.AddTicks(1))],
        };

        var machine = _decider.Claim(_request, known, Now, Some.Command with { RequestId = "own" });

        Assert.Null(machine.Waiting);
        Assert.Equal(["young", "last"], machine.Abandoned.Select(claim => claim.RequestId));
        Assert.Equal([("young", weekAgo.AddTicks(1)), ("own", Some.Time.AddHours(2))], machine.Handed.Select(handed => (handed.RequestId, handed.AnswerBy)));
        Assert.Equal("own", _decider.Claim(_request, known with { Waiting = new Waiting("own", Some.Time, 1, Some.Time) }, Now).Waiting?.RequestId);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(179, true)]
    [InlineData(180, false)]
    [InlineData(-1, false)]
    public void MayRepeat_ACommandPerhapsSent_OnlyWellWithinTheTimeThatItsQueueKnowsIt(int seconds, bool may) =>
        Assert.Equal(may, DispatchRule.MayRepeat(Some.Command, Moment.Exactly(Some.Time.AddSeconds(seconds))));

    [Fact]
    public void Validate_AnUnknownSite_NamesThoseThereAreInOrder()
    {
        var validator = new RequestValidator(new SiteTable([Some.Site, Some.Site with { Key = "branch" }], "hq"));

        var (_, refusal) = validator.Validate(new MachinePart { Event = new EventIdentity("/test", "1", Some.Time), MachineText = "PC01", Domain = "CORP", Site = "moon" }, "own");

        Assert.EndsWith("configured are branch, hq", refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void DecidePause_HoldThatEndsByItself_DefersUntilThenAndSaysWhoAndWhy()
    {
        var hold = new SwitchRecord(SwitchRecord.PauseKey, true, Some.Time, By: "eva", Until: Some.Time.AddHours(1), Reason: "INC4711\u001b[2J");

        var during = _decider.DecidePause(_request, [Set(hold)], Moment.Exactly(Some.Time.AddHours(1).AddTicks(-1)));
        var after = _decider.DecidePause(_request, [Set(hold)], Moment.Exactly(Some.Time.AddHours(1)));

        var detail = Assert.IsType<Decision.Defer>(during).Verdict.Detail;
        Assert.InRange(((Decision.Defer)during).Until, Some.Time.AddHours(1), Some.Time.AddHours(1) + (Options.HeldLookAfter * 1.25));
        Assert.StartsWith("eva paused all submissions on ", detail, StringComparison.Ordinal);
        Assert.EndsWith(" (INC4711\\u001B[2J)", detail, StringComparison.Ordinal);
        Assert.IsType<Decision.Admit>(after);
    }

    [Fact]
    public void DecidePause_OfItsOwnSite_DefersAndNamesTheSite()
    {
        var off = new SwitchRecord(SwitchRecord.PauseKey, false, Some.Time);
        var ofSite = new SwitchRecord(SwitchRecord.PauseKeyOf("hq"), true, Some.Time, By: "eva");

        var held = _decider.DecidePause(_request, [Set(off), Set(ofSite)], Moment.Exactly(Some.Time));
        var free = _decider.DecidePause(_request, [Set(off), new SwitchState(ofSite.Key, null, null)], Moment.Exactly(Some.Time));

        Assert.Contains("eva paused the submissions to the site hq", Assert.IsType<Decision.Defer>(held).Verdict.Detail, StringComparison.Ordinal);
        Assert.IsType<Decision.Admit>(free);
    }

    private static SwitchState Set(SwitchRecord record) => new(record.Key, "1", record);

    private static LedgerState Known(MachineRecord? machine) => new("CORP\\PC01", machine is null ? null : "3", machine, null);

    private static MachineRecord Claimed(string requestId, DateTimeOffset leaseUntil) =>
        new("CORP\\PC01") { Claim = new Claim(requestId, leaseUntil) };
}
