using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Tests.Support;
using Ccr.Core.Verification;
using Ccr.Core.Views;

namespace Ccr.Core.Tests.Verification;

/// <summary>What follows from a look.</summary>
public class VerificationRulesTests
{
    private static readonly DateTimeOffset Pushed = Some.Time;
    private static readonly VerificationPlan Plan = VerificationPlan.Of(new VerificationOptions());

    private static readonly DeviceView Device = new()
    {
        ResourceId = 1,
        UniqueId = "GUID:A",
        HasClient = true,
        ClientVersion = "5.00.1",
        Registered = Pushed.AddDays(-300),
        PolicyRequest = Pushed.AddDays(-30),
        IsOnline = false,
    };

    private static readonly Awaited Awaited = new("ccr-1", "hq", Pushed, Pushed + Plan.GiveUpAfter) { Before = new SiteView { Device = Device } };

    [Fact]
    public void Decide_Registered_IsVerifiedStrongly()
    {
        var said = Look(Device with { Registered = Pushed, ClientVersion = "5.00.2" }, minutes: 15).Say!;

        Assert.Equal((VerificationOutcome.Verified, EvidenceStrength.Strong, "CCR2601"), (said.Outcome, said.Strength, said.Reason));
        Assert.Equal(("5.00.1", "5.00.2"), (said.ClientVersionBefore, said.ClientVersion));
        Assert.Equal(["registration", "client-version"], said.Signs);
    }

    [Fact]
    public void Decide_TheEnd_ForgetsWhatWasComparedAndAskedAndNoEarlier()
    {
        var asked = Awaited with { Asked = "question" };

        var retry = Look(Failing(5), 15, asked).Awaited;
        var end = Look(Device with { Registered = Pushed }, 30, retry);

        Assert.Equal((Awaited.Before, "question", 5L), (retry.Before, retry.Asked, retry.SaidError));
        Assert.Equal((null, null), (end.Awaited.Before, end.Awaited.Asked));
        Assert.Equal((VerificationOutcome.Verified, null), (end.Say!.Outcome, end.Say.Error));
    }

    [Fact]
    public void Decide_AnErrorThatWentAndCame_IsSaidAgain()
    {
        var first = Look(Failing(5), 15);
        var without = Look(Device with { Attempted = Pushed, PushStatus = "Retry" }, 30, first.Awaited);
        var again = Look(Failing(5), 45, without.Awaited);

        Assert.Equal((5L, null, 5L), (first.Say!.Error!.Value, without.Say, again.Say!.Error!.Value));
    }

    [Theory]
    [InlineData(true, "the site had the request")]
    [InlineData(false, "nothing shows that the site had the request")]
    public void Decide_NotBackByTheEnd_SaysWhetherTheSiteHadTheRequest(bool attempted, string detail)
    {
        // Seen in the last two of the rarer looks: nobody was away.
        var end = Awaited.Until - Pushed;
        var awaited = Awaited with { Seen = Awaited.Until - (Plan.ThenEvery * 1.5) };

        var said = VerificationRules.Decide(
            attempted ? awaited with { Arrived = true } : awaited, Result(Outcome.Accepted), Plan, Dark, null, Pushed + end).Say!;

        Assert.Equal((VerificationOutcome.NotVerified, EvidenceStrength.None, "CCR2621"), (said.Outcome, said.Strength, said.Reason));
        Assert.Equal(detail, said.Detail);
        Assert.Empty(said.Signs);
    }

    [Fact]
    public void Decide_ARequestSeenInAnInboxAndWithoutALog_CountsAsDoneWhenItIsMissedTwice()
    {
        var awaited = Awaited with { Before = new SiteView { Ccr = new CcrTrace() } };
        var waiting = See(new CcrTrace { Place = CcrPlace.Incoming }, 15, awaited);
        var gone = See(new CcrTrace(), 30, waiting.Awaited);
        var stillGone = See(new CcrTrace(), 45, gone.Awaited);

        Assert.Equal((true, true), (waiting.Awaited.WasInInbox, gone.Awaited.WasInInbox));
        Assert.Equal("CCR2604", stillGone.Say!.Reason);
    }

    [Fact]
    public void Decide_ASilentClientTalks_IsBack()
    {
        var said = Look(Device with { PolicyRequest = Pushed, IsOnline = true }, minutes: 15).Say!;

        Assert.Equal((VerificationOutcome.Verified, EvidenceStrength.Medium, "CCR2602"), (said.Outcome, said.Strength, said.Reason));
    }

    [Theory]
    [InlineData(15, null)]
    [InlineData(119, null)]
    [InlineData(120, "CCR2603")]
    public void Decide_AClientThatTalkedAllAlong_IsCommunicatingOnceItHadTimeForMore(int minutes, string? reason)
    {
        var talked = Awaited with { Before = new SiteView { Device = Device with { IsOnline = true } } };

        var said = Look(Device with { IsOnline = true, PolicyRequest = Pushed }, minutes, talked).Say;

        Assert.Equal(reason, said?.Reason);
        Assert.Equal(reason is null ? null : EvidenceStrength.Weak, said?.Strength);
    }

    [Fact]
    public void Decide_TheSiteGaveThePushUp_IsNotVerifiedAtOnce()
    {
        var said = Look(Device with { Attempted = Pushed, PushStatus = "Failed", PushError = 5 }, minutes: 15).Say!;

        Assert.Equal((VerificationOutcome.NotVerified, "CCR2622", 5L), (said.Outcome, said.Reason, said.Error));
        Assert.Contains("access denied", said.ErrorMeaning, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_AnError_IsSaidOnceForEachChange()
    {
        var first = Look(Failing(5), 15);
        var same = Look(Failing(5), 30, first.Awaited);
        var other = Look(Failing(53), 45, same.Awaited);
        var again = Look(Failing(5), 60, other.Awaited);

        var said = new[] { first, same, other, again }.Select(step => step.Say).OfType<VerificationResult>();
        Assert.Equal([(5L, 1), (53L, 2), (5L, 3)], said.Select(each => (each.Error!.Value, each.Number)));
        Assert.All(new[] { first, other, again }, step => Assert.Equal((VerificationOutcome.InRetry, false), (step.Say!.Outcome, step.Awaited.IsOver)));
    }

    [Fact]
    public void Decide_NothingChangedByTheEnd_IsNotVerifiedAndNamesTheLastError()
    {
        var failing = Look(Failing(53), 15).Awaited;

        var said = Look(Device, minutes: 7 * 24 * 60 + 60, failing with { Seen = Pushed.AddDays(7) }).Say!;

        Assert.Equal((VerificationOutcome.NotVerified, "CCR2621", 53L), (said.Outcome, said.Reason, said.Error));
    }

    [Fact]
    public void Decide_NobodyCouldLookAtTheEnd_IsUnknown()
    {
        var said = Look(view: null, minutes: 7 * 24 * 60 + 60, Awaited with { Seen = Pushed.AddDays(2) }).Say!;

        Assert.Equal((VerificationOutcome.Unknown, "CCR2631"), (said.Outcome, said.Reason));
        Assert.Contains("it is dark", said.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_WithoutAViewOfBefore_AnUnchangedMachineIsUnknownAndAChangedOneVerified()
    {
        var first = Look(Device, 15, Awaited with { Before = null });
        Assert.True(first.Awaited.IsBeforeLate);
        Assert.Null(first.Say);

        Assert.Equal("CCR2632", Look(Device, 7 * 24 * 60 + 60, first.Awaited with { Seen = Pushed.AddDays(7) }).Say!.Reason);
        Assert.Equal("CCR2601", Look(Device with { Registered = Pushed }, 30, first.Awaited).Say!.Reason);
    }

    [Fact]
    public void Decide_AfterAnIndeterminate_TheFirstSignOfTheRequestSettlesIt()
    {
        var result = Result(Outcome.Indeterminate);

        Assert.True(Look(Failing(5), 15, result: result).Say!.Settles);
        Assert.False(Look(Device, 7 * 24 * 60 + 60, Awaited with { Seen = Pushed.AddDays(7) }, result).Say!.Settles);
    }

    [Fact]
    public void Decide_ARequestGoneFromTheInboxes_CountsWhenItIsMissedTwice()
    {
        var awaited = Awaited with { Before = new SiteView { Ccr = new CcrTrace() } };
        var inRetry = See(new CcrTrace { Place = CcrPlace.Retry, Attempted = Pushed }, 15, awaited);
        var gone = See(new CcrTrace { Attempted = Pushed }, 75, inRetry.Awaited);
        var stillGone = See(new CcrTrace { Attempted = Pushed }, 90, gone.Awaited);

        Assert.Null(inRetry.Say);
        Assert.Null(gone.Say);
        var said = stillGone.Say!;
        Assert.Equal((VerificationOutcome.Verified, EvidenceStrength.Medium, "CCR2604"), (said.Outcome, said.Strength, said.Reason));
    }

    [Fact]
    public void Decide_ARequestThatDisappearsWhenTheSiteGivesUp_IsNotVerified()
    {
        var awaited = Awaited with { Before = new SiteView { Ccr = new CcrTrace() }, WasInInbox = true, WasGone = true, Seen = Pushed.AddDays(7).AddHours(-1) };

        Assert.Equal("CCR2622", See(new CcrTrace { Attempted = Pushed }, 7 * 24 * 60, awaited).Say!.Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(null)]
    public void Decide_ARequestThatDisappearedWhileNobodyLooked_IsNotTakenForGivenUp(int? lastSeen)
    {
        var awaited = Awaited with
        {
            Before = new SiteView { Ccr = new CcrTrace() },
            WasInInbox = true,
            Seen = lastSeen is { } day ? Pushed.AddDays(day) : null,
        };

        var said = See(new CcrTrace { Attempted = Pushed }, 7 * 24 * 60, awaited).Say!;

        Assert.Equal((VerificationOutcome.Unknown, "CCR2631"), (said.Outcome, said.Reason));
    }

    [Fact]
    public void Decide_ARequestThatTheLastLookSeesGoneForTheFirstTime_IsLookedAtOnceMore()
    {
        // Nobody waits as long as the site tries.
        var awaited = Awaited with
        {
            Before = new SiteView { Ccr = new CcrTrace() },
            WasInInbox = true,
            Until = Pushed.AddDays(1),
            Seen = Pushed.AddHours(20),
        };

        var gone = See(new CcrTrace { Attempted = Pushed }, 24 * 60, awaited);
        var stillGone = See(new CcrTrace { Attempted = Pushed }, 25 * 60, gone.Awaited);
        var backInTheInbox = See(new CcrTrace { Place = CcrPlace.Retry, Attempted = Pushed }, 25 * 60, gone.Awaited);

        Assert.Null(gone.Say);
        Assert.Equal((VerificationOutcome.Verified, "CCR2604"), (stillGone.Say!.Outcome, stillGone.Say.Reason));
        Assert.Equal((VerificationOutcome.NotVerified, "CCR2621"), (backInTheInbox.Say!.Outcome, backInTheInbox.Say.Reason));
    }

    [Fact]
    public void Decide_TheSiteIsNotLookedAtAnyMore_IsUnknown() => Assert.Equal(
        (VerificationOutcome.Unknown, "CCR2633"),
        VerificationRules.Decide(Awaited, Result(Outcome.Accepted), null, Dark, null, Pushed) is { Say: { } said } ? (said.Outcome, said.Reason) : default);

    [Theory]
    [InlineData(true, "CCR2601")]
    [InlineData(false, "CCR2623")]
    public void EndByLater_APushThatWasFollowedByAnother_EndsByWhatTheSiteShowedBeforeThat(bool registered, string reason)
    {
        var before = registered ? Device with { Registered = Pushed.AddHours(1) } : Device;
        var later = new Awaited("ccr-2", "hq", Pushed.AddDays(1), Pushed.AddDays(9)) { Before = new SiteView { Device = before } };

        var step = VerificationRules.EndByLater(Awaited, Result(Outcome.Accepted), later, Plan, Pushed.AddDays(1));

        Assert.Equal((reason, true), (step.Say!.Reason, step.Awaited.IsOver));
    }

    [Theory]
    [InlineData(0, 15)]
    [InlineData(119, 15)]
    [InlineData(120, 60)]
    public void NextLook_AfterSoManyMinutes_IsDueAfterThePlan(int minutes, int after) =>
        Assert.Equal(Pushed.AddMinutes(minutes + after), VerificationRules.NextLook(Awaited, Plan, Pushed.AddMinutes(minutes)));

    [Fact]
    public void NextLook_ShortBeforeTheEnd_IsTheEnd() =>
        Assert.Equal(Awaited.Until, VerificationRules.NextLook(Awaited, Plan, Awaited.Until.AddMinutes(-10)));

    private static readonly LookAnswer Dark = LookAnswer.Failed(FakeLook.Dark, "it is dark");

    private static DeviceView Failing(long error) => Device with { Attempted = Pushed, PushStatus = "Retry", PushError = error };

    private static LookStep Look(DeviceView? view, int minutes, Awaited? awaited = null, ReinstallResult? result = null) => VerificationRules.Decide(
        awaited ?? Awaited, result ?? Result(Outcome.Accepted), Plan, Dark, view is null ? null : new SiteView { Device = view }, Pushed.AddMinutes(minutes));

    private static LookStep See(CcrTrace trace, int minutes, Awaited awaited) =>
        VerificationRules.Decide(awaited, Result(Outcome.Accepted), Plan, Dark, new SiteView { Ccr = trace }, Pushed.AddMinutes(minutes));

    private static ReinstallResult Result(Outcome outcome) =>
        ReinstallResult.Of("ccr-1", "cmdb", "e1", 1, 1, new Verdict(outcome, FakeLook.Dark, "x"), Pushed) with
        {
            Machine = "PC01",
            Domain = "CORP",
            Site = "hq",
        };
}
