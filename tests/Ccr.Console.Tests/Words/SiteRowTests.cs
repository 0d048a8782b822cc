using Ccr.Core.Sites;

namespace Ccr.Console.Tests.Words;

/// <summary>The table of sites, and the results that are held, without a browser.</summary>
public sealed class SiteRowTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 2, 41, 0, TimeSpan.Zero);

    [Fact]
    public void Of_SomeSites_PutsTheWorstFirst()
    {
        var settings = new CcrOptions();
        settings.Sites["a"] = new SiteOptions();
        settings.Sites["b"] = new SiteOptions { Transport = SiteTransport.Agent };
        var snapshot = Some.Snapshot(Now) with { Results = [Some.Row("1", Now.AddMinutes(-1), site: "a"), Some.Row("2", Now.AddMinutes(-1), Outcome.Failed, site: "c")] };

        var rows = SiteRow.Of(snapshot, settings);

        Assert.Equal(["c failing", "b agent silent", "a working"], rows.Select(row => $"{row.Site} {row.Word}"));
        Assert.Equal("never heard", string.Join(' ', rows[1].Agents[0].Bits));
    }

    [Fact]
    public void Of_AcceptedThatNobodyAsksAbout_CountsThemAsNotAskedAndNeverAsNotBack()
    {
        var snapshot = Some.Snapshot(Now) with { Results = [Some.Row("1", Now.AddMinutes(-1)), Some.Row("2", Now.AddMinutes(-2))] };

        var row = Assert.Single(SiteRow.Of(snapshot, new CcrOptions()));

        Assert.Equal((2, 2, 0), (row.Accepted, row.NotAsked, row.ComeBack!.NotBack));
    }

    [Fact]
    public void Add_SameRequestBothWays_IsHeldOnce()
    {
        var recent = new RecentResults();

        Assert.True(recent.Add([Some.Row("1", Now), Some.Row("1", Now), Some.Row("2", Now.AddMinutes(-1), Outcome.Deferred)], Now));
        Assert.False(recent.Add([Some.Row("1", Now)], Now));

        Assert.Equal(["1", "2"], recent.Rows.Select(row => row.RequestId));
    }

    [Fact]
    public void Add_MoreThanAreHeld_DropsTheOldestAndSaysSo()
    {
        var recent = new RecentResults(most: 2);
        recent.Add(Enumerable.Range(0, 3).Select(i => Some.Row($"{i}", Now.AddMinutes(-i))), Now);

        Assert.Equal((2, true, "0"), (recent.Rows.Count, recent.IsCut, recent.Rows[0].RequestId));
    }

    [Fact]
    public void Merge_OfMoreNewRowsThanFit_LeavesOutWhatWasReadRatherThanMakingAGap()
    {
        var recent = Enumerable.Range(0, 10).Select(i => Some.Row($"new {i}", Now.AddSeconds(-i))).ToList();

        var merged = ResultQuery.Merge([Some.Row("read", Now.AddHours(-1))], recent, new ResultFilter(), most: 10);

        Assert.Equal(recent, merged);
    }

    [Fact]
    public void Filter_OfARelativeRange_StaysRelative()
    {
        var query = new ResultQuery("failed", null, "hq", "", null, null, "15m");

        Assert.Equal(Now.AddMinutes(-15), query.ToFilter(Now).From);
        Assert.Equal(Now, query.ToFilter(Now.AddMinutes(15)).From);
        Assert.Equal((Outcome.Failed, null), (query.ToFilter(Now).Outcome, query.ToFilter(Now).Source));
    }
}
