using Bunit;
using Ccr.Console.Charts;

namespace Ccr.Console.Tests.Charts;

/// <summary>Charts B and C: what is unknown is a gap, never a zero.</summary>
public sealed class LinesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 2, 41, 0, TimeSpan.Zero);

    [Fact]
    public void LineChart_OfAnUnknownPoint_HasAGapAndAQuestionMark()
    {
        using var context = new BunitContext();
        var chart = context.Render<LineChart>(parameters => parameters
            .Add(each => each.Unit, "minutes").Add(each => each.PointName, "From").Add(each => each.Says, "ages of hq")
            .Add(each => each.Label, i => $"point {i}")
            .Add(each => each.Lines, [new Line("hq", [1, 2, null, 4]), new Line("muc", [1, 1, 1, 1])]));

        Assert.Equal(2, chart.Find("path").GetAttribute("d")!.Count(letter => letter == 'M'));
        Assert.Equal("?", chart.FindAll("tbody tr")[2].Children[1].TextContent);
        Assert.Equal("ages of hq", chart.Find("svg").GetAttribute("aria-label"));
    }

    [Fact]
    public void OldestWaiting_BeforeTheConsoleStartedAndWhileItCouldNotSee_IsUnknown()
    {
        var history = new WaitingHistory();
        history.Add(Counts(Now.AddMinutes(-3), ("hq", Now.AddMinutes(-10))));
        history.Add(Counts(Now.AddMinutes(-1)));

        var (times, lines) = Lines.OldestWaiting(
            Some.Snapshot(Now) with { Waiting = history.Samples }, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(1));

        Assert.Equal(5, times.Count);
        Assert.Equal([null, 7, null, 0, null], Assert.Single(lines).Values);
    }

    [Fact]
    public void ShareBack_OfPushesOfDifferentAges_CountsOnlyThoseThatAreOldEnoughAndKnown()
    {
        var share = new ShareBack();
        share.Add(Push(hours: 3, back: 0.4), Now);
        share.Add(Push(hours: 3), Now);
        share.Add(Push(hours: 0.3), Now);
        share.Add(Push(hours: 9, outcome: VerificationOutcome.Unknown), Now);

        Assert.Equal(3, share.Pushes);
        Assert.Equal([0, 50, 50, 50, null, null, null, null, null, null, null], share.Percent);
    }

    private static MachineCounts Counts(DateTimeOffset at, params (string Site, DateTimeOffset Since)[] waiting) =>
        new() { At = at, WaitingSince = waiting.ToDictionary(each => each.Site, each => each.Since) };

    private static Awaited Push(double hours, double? back = null, VerificationOutcome outcome = VerificationOutcome.Verified)
    {
        var push = new Awaited("request", "hq", Now.AddHours(-hours), Now.AddDays(7));
        if (back is null && outcome == VerificationOutcome.Verified) return push;
        return push with
        {
            Said = new VerificationResult
            {
                RequestId = "request",
                Source = "scom",
                EventId = "event",
                Number = 1,
                Machine = "PC01",
                Domain = "CORP",
                Site = "hq",
                Outcome = outcome,
                Strength = EvidenceStrength.Strong,
                Reason = "CCR2601",
                Meaning = "The client is back",
                Detail = "it sent its inventory",
                Remedy = "Nothing.",
                Time = push.Since.AddHours(back ?? 0),
                Pushed = push.Since,
            },
        };
    }
}
