using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Ledger;

public sealed class MachineStateTests
{
    private static readonly MachineRecord Pushed = new("CORP\\PC01")
    {
        CoolDown = new CoolDown("r1", Some.Time.AddHours(24)),
        Pushes = [Some.Time],
        Awaited = [new Awaited("r1", "hq", Some.Time, Some.Time.AddDays(7))],
    };

    [Theory]
    [InlineData(VerificationOutcome.Verified, MachineState.Back)]
    [InlineData(VerificationOutcome.NotVerified, MachineState.NotBack)]
    [InlineData(VerificationOutcome.Unknown, MachineState.CoolingDown)]
    [InlineData(VerificationOutcome.InRetry, MachineState.Awaited)]
    public void StateAt_LastPushWasLookedAt_IsWhatWasSeenOfIt(VerificationOutcome outcome, MachineState expected)
    {
        var seen = Pushed.Replace(Pushed.Awaited[0] with { Said = Said(outcome) });

        Assert.Equal(expected, seen.StateAt(Some.Time.AddHours(1)));
    }

    /// <summary>Nobody could say: that is neither back nor not back, also when the cool-down is over.</summary>
    [Fact]
    public void StateAt_NobodyCouldSayAndTheCoolDownIsOver_IsIdle() =>
        Assert.Equal(MachineState.Idle, Pushed.Replace(Pushed.Awaited[0] with { Said = Said(VerificationOutcome.Unknown) }).StateAt(Some.Time.AddHours(24)));

    [Fact]
    public void StateAt_InQuarantineAndAwaited_NeedsAPersonFirst()
    {
        var machine = Pushed with { Quarantine = new Quarantine(Some.Time.AddHours(2), "r2") };

        Assert.Equal((MachineState.Quarantined, Some.Time.AddHours(2)), (machine.StateAt(Some.Time), machine.Since(Some.Time)));
    }

    [Fact]
    public void StateAt_PushedAgainAfterItDidNotComeBack_IsAwaited()
    {
        var again = Pushed.Replace(Pushed.Awaited[0] with { Said = Said(VerificationOutcome.NotVerified) })
            .Await(new Awaited("r2", "muc", Some.Time.AddHours(1), Some.Time.AddDays(8)));

        Assert.Equal((MachineState.Awaited, "muc"), (again.StateAt(Some.Time), again.LastSite()));
    }

    [Theory]
    [InlineData("pc0", true)]
    [InlineData("CORP\\PC", true)]
    [InlineData("C01", false)]
    [InlineData("LAB", false)]
    public void Matches_Text_IsTheBeginningOfTheNameWithOrWithoutTheDomain(string text, bool expected) =>
        Assert.Equal(expected, new MachineFilter { Text = text }.Matches(Pushed));

    private static VerificationResult Said(VerificationOutcome outcome) => new()
    {
        RequestId = "r1",
        Source = "ccr",
        EventId = "1",
        Number = 1,
        Machine = "PC01",
        Domain = "CORP",
        Site = "hq",
        Outcome = outcome,
        Strength = EvidenceStrength.None,
        Reason = "CCR2600",
        Meaning = "",
        Detail = "",
        Remedy = "",
        Time = Some.Time.AddMinutes(30),
        Pushed = Some.Time,
    };
}
