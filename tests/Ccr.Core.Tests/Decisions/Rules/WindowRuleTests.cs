using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Decisions.Rules;

public class WindowRuleTests
{
    [Theory]
    [InlineData("2026-01-30T21:59:59Z", "2026-01-30T22:00:00Z")]
    [InlineData("2026-01-30T22:00:00Z", null)]
    [InlineData("2026-01-31T05:59:59Z", null)]
    [InlineData("2026-01-31T06:00:00Z", "2026-02-02T22:00:00Z")]
    public void Decide_WeekdayNights_IsDeferredUntilTheNextOpening(string now, string? opens) =>
        AssertOpens([new WindowOptions { Opens = "0 22 * * MON-FRI" }], now, opens);

    [Theory]
    [InlineData("2026-01-15T20:59:59Z", "2026-01-15T21:00:00Z")]
    [InlineData("2026-07-15T19:59:59Z", "2026-07-15T20:00:00Z")]
    [InlineData("2026-03-29T00:30:00Z", null)]
    [InlineData("2026-03-29T05:00:00Z", "2026-03-29T20:00:00Z")]
    public void Decide_TimeZoneWithSummerTime_OpensByItsClockAndStaysOpenAsLong(string now, string? opens) =>
        AssertOpens([new WindowOptions { Opens = "0 22 * * *", TimeZone = "Europe/Berlin" }], now, opens);

    [Fact]
    public void Decide_SeveralWindows_IsOpenInEachAndWaitsForTheNext() =>
        AssertOpens(
            [new WindowOptions { Opens = "0 22 * * *" }, new WindowOptions { Opens = "0 13 * * *", Lasts = TimeSpan.FromHours(1) }],
            "2026-01-31T12:00:00Z",
            "2026-01-31T13:00:00Z");

    [Fact]
    public void Decide_SeveralWindowsAndOneIsOpen_IsAdmitted() =>
        AssertOpens([new WindowOptions { Opens = "0 22 * * *" }, new WindowOptions { Opens = "0 13 * * *" }], "2026-01-31T14:00:00Z", null);

    [Theory]
    [InlineData("00:01:00")]
    [InlineData("7.00:00:00")]
    public void FindFaults_ShortestAndLongestWindow_AreValid(string lasts) =>
        Assert.Empty(new WindowOptions { Opens = "0 22 * * *", Lasts = TimeSpan.Parse(lasts) }.FindFaults("Ccr:Windows:hq:0"));

    [Fact]
    public void Decide_OtherSiteHasAWindow_IsAdmitted()
    {
        var rules = new RuleSet { Options = { Windows = { ["branch"] = [new WindowOptions { Opens = "0 22 * * *" }] } } };

        Assert.IsType<Decision.Admit>(rules.Decide(RuleSet.Request));
    }

    [Theory]
    [InlineData(null, "08:00:00", "UTC", "no cron expression")]
    [InlineData("every night", "08:00:00", "UTC", "no cron expression")]
    [InlineData("0 22 30 2 *", "08:00:00", "UTC", "never comes")]
    [InlineData("0 22 * * *", "00:00:00", "UTC", "00:01:00")]
    [InlineData("0 22 * * *", "08:00:00", "Middle/Earth", "Europe/Berlin")]
    public void FindFaults_WindowThatNeverOpens_IsRefusedWithWhatToWrite(string? opens, string lasts, string zone, string expected)
    {
        var options = new WindowOptions { Opens = opens, Lasts = TimeSpan.Parse(lasts), TimeZone = zone };

        Assert.Contains(expected, Assert.Single(options.FindFaults("Ccr:Windows:hq:0")).Message, StringComparison.Ordinal);
    }

    private static void AssertOpens(WindowOptions[] windows, string now, string? opens)
    {
        var rules = new RuleSet { Options = { Windows = { ["hq"] = windows }, Freshness = { MaxAge = TimeSpan.Zero } } };

        var decision = rules.Decide(RuleSet.Request, now: DateTimeOffset.Parse(now));

        if (opens is null)
        {
            Assert.IsType<Decision.Admit>(decision);
            return;
        }

        var deferred = Assert.IsType<Decision.Defer>(decision);
        Assert.Equal(("CCR2013", DateTimeOffset.Parse(opens)), (deferred.Verdict.Reason.Code, deferred.Until));
    }
}
