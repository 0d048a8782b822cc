using Ccr.SiteSimulator.Devices;
using Ccr.SiteSimulator.Site;

namespace Ccr.SiteSimulator.Tests.Site;

public sealed class CcmRulesTests
{
    private static readonly DateTimeOffset Now = SiteFixture.Start;

    [Theory]
    [InlineData("back=10m", null, "Started", 0)]
    [InlineData("off=2h", null, "Failed", 53)]
    [InlineData("access-denied", null, "Failed", 5)]
    [InlineData("access-denied", 16777221L, "Failed", -2147024891)]
    [InlineData("firewall", null, "Failed", 67)]
    [InlineData("firewall", 16777221L, "Failed", -2147023174)]
    [InlineData("never", null, "Started", 0)]
    public void Try_FirstTime_EndsAsTheFateSays(string fate, long? resourceId, string end, int error) =>
        Assert.Equal(new(Enum.Parse<AttemptEnd>(end), error), CcmRules.Try(Ccr() with { ResourceId = resourceId }, Device(fate), Now));

    [Fact]
    public void Try_AMachineThatTheSiteDoesNotKnow_FailsAsOneThatIsOff() =>
        Assert.Equal(new(AttemptEnd.Failed, 53), CcmRules.Try(Ccr(), null, Now));

    [Theory]
    [InlineData(119, "Failed")]
    [InlineData(120, "Started")]
    public void Try_AMachineThatWasOff_IsReachedWhenItsTimeIsOver(int minutes, string end) => Assert.Equal(
        Enum.Parse<AttemptEnd>(end),
        CcmRules.Try(Ccr(attempts: 2, error: 53), Device("off=2h") with { FirstAttempt = Now - TimeSpan.FromMinutes(minutes) }, Now).End);

    [Fact]
    public void Try_WithAClientAndNotForced_IsSkippedWithTheErrorForIt() =>
        Assert.Equal(new(AttemptEnd.Skipped, 120), CcmRules.Try(Ccr() with { Forced = false }, Device("back=10m"), Now));

    [Fact]
    public void Try_WithoutAClientAndNotForced_StartsSetup() =>
        Assert.Equal(AttemptEnd.Started, CcmRules.Try(Ccr() with { Forced = false }, Device("back=10m") with { Client = false }, Now).End);

    [Theory]
    [InlineData(true, 1, "Verified")]
    [InlineData(false, 1, "Waiting")]
    [InlineData(false, 167, "Waiting")]
    [InlineData(false, 168, "GivenUp")]
    [InlineData(true, 168, "Verified")]
    public void Try_AfterSetupWasStarted_LooksWhetherTheClientRuns(bool runs, int attempts, string end) => Assert.Equal(
        new(Enum.Parse<AttemptEnd>(end), 0), CcmRules.Try(Ccr(attempts, error: 0), Device("never") with { TalksSince = runs ? Now : null }, Now));

    [Fact]
    public void Try_InTheHundredAndSixtyEighthPass_IsTheLast()
    {
        Assert.Equal(new(AttemptEnd.Failed, 67), CcmRules.Try(Ccr(attempts: 167, error: 67), Device("firewall"), Now));
        Assert.Equal(new(AttemptEnd.GivenUp, 67), CcmRules.Try(Ccr(attempts: 168, error: 67), Device("firewall"), Now));
    }

    [Theory]
    [InlineData("Started", "Started", 10)]
    [InlineData("Waiting", "Started", null)]
    [InlineData("Failed", "Retry", null)]
    [InlineData("Verified", "Complete", null)]
    [InlineData("Skipped", "Skipped", null)]
    [InlineData("GivenUp", "Failed", null)]
    public void Record_OfAnAttempt_IsTheStateThatTheSiteTells(string end, string status, int? backAfter)
    {
        var device = CcmRules.Record(Device("back=10m"), new Attempt(Enum.Parse<AttemptEnd>(end), 5), Now);

        Assert.Equal(
            (Enum.Parse<PushStatus>(status), 5, Now, Now, backAfter is { } minutes ? Now + TimeSpan.FromMinutes(minutes) : null),
            (device.PushStatus, device.LastError, device.FirstAttempt!.Value, device.LatestAttempt!.Value, device.BackAt));
    }

    private static CcrFile Ccr(int attempts = 0, int error = 0) => new("PC01", "CORP", Now.DateTime, Now.DateTime, 1, Forced: true)
    {
        Processing = attempts == 0 ? null : new(Now.DateTime, Now.DateTime, attempts, error),
    };

    private static SimulatedDevice Device(string fate) => new() { Name = "PC01", Domain = "CORP", Fate = DeviceFate.Parse(fate) };
}
