using Ccr.Core.Decisions.Rules;
using Ccr.Core.Sites;

namespace Ccr.Console.Tests.Words;

/// <summary>What the strip says, without a browser.</summary>
public sealed class StripTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 2, 41, 0, TimeSpan.Zero);

    [Fact]
    public void Of_NothingHeld_IsEmpty() => Assert.Empty(Strip.Of(Some.Snapshot(Now), new CcrOptions()));

    [Fact]
    public void Of_LedgerNotYetRead_SaysThatItIsNotKnown() => Assert.Equal("READING", Assert.Single(Strip.Of(new Snapshot { At = Now }, new CcrOptions())).Word);

    [Fact]
    public void Of_LedgerThatFails_SaysThatThePauseIsUnknown()
    {
        var snapshot = Some.Snapshot(Now) with { Ledger = new SourceHealth(Now.AddSeconds(-30)).Failed(Now.AddSeconds(-20), "it was stopped") };

        var item = Assert.Single(Strip.Of(snapshot, new CcrOptions()));

        Assert.Equal("PAUSE UNKNOWN not off: the ledger has not answered since 2026-11-26 02:40:40Z (it was stopped)", item.ToString());
    }

    [Fact]
    public void Of_AnAgentThatLeavesAManagementPointAlone_SaysUntilWhenAsLongAsTheAgentIsHeard()
    {
        var agent = new AgentHeard("hq", "host01", Now.AddSeconds(-5)) { LeftAlone = "mp01", LeftAloneUntil = Now.AddMinutes(1) };

        var item = Assert.Single(Strip.Of(Some.Snapshot(Now) with { Agents = [agent] }, new CcrOptions()));

        Assert.Equal("CIRCUIT hq: mp01 failed too often and is left alone until 2026-11-26 02:42:00Z", item.ToString());
        Assert.Empty(Strip.Of(Some.Snapshot(Now) with { Agents = [agent with { HeardAt = Now.AddMinutes(-3) }] }, new CcrOptions()));
    }

    [Fact]
    public void Of_Pause_SaysWhoSinceWhenWhyUntilAndWhatWentThroughSince()
    {
        var pause = new SwitchRecord(SwitchRecord.PauseKey, true, Now.AddMinutes(-5), By: "a.meier", Until: Now.AddHours(3), Reason: "INC4711");
        var snapshot = Some.Snapshot(Now) with
        {
            Switches = [pause],
            Results = [Some.Row("b", Now.AddMinutes(-1)), Some.Row("a", Now.AddMinutes(-9))],
        };

        var item = Assert.Single(Strip.Of(snapshot, new CcrOptions()));

        Assert.Equal("PAUSED by a.meier 2026-11-26 02:36:00Z (INC4711) until 2026-11-26 05:41:00Z — 1 submissions since", item.ToString());
        Assert.Equal("(!) 1 held — Now — CCR", Strip.TitleOf([item], "Now"));
    }

    [Fact]
    public void Of_PauseThatHasEndedByItself_IsEmpty() => Assert.Empty(Strip.Of(
        Some.Snapshot(Now) with { Switches = [new SwitchRecord(SwitchRecord.PauseKey, true, Now.AddHours(-2), Until: Now.AddHours(-1))] }, new CcrOptions()));

    [Fact]
    public void Of_ShutWindow_SaysWhenItOpens()
    {
        var settings = new CcrOptions();
        settings.Sites["muc"] = new SiteOptions();
        settings.Windows["muc"] = [new WindowOptions { Opens = "0 4 * * *" }];

        Assert.Equal("WINDOW muc opens 2026-11-26 04:00:00Z", Assert.Single(Strip.Of(Some.Snapshot(Now), settings)).ToString());
    }

    [Fact]
    public void Tiles_OfWhatIsNotKnown_SayAQuestionMarkAndNotZero() =>
        Assert.Equal(["?", "?", "?"], Tile.Of(new Snapshot { At = Now }).Select(tile => tile.Value));

    [Fact]
    public void Tiles_OfWhatIsKnown_SayZeroAsZero() => Assert.Equal(["0", "0", "?"], Tile.Of(Some.Snapshot(Now)).Select(tile => tile.Value));

    [Fact]
    public void Freshness_OfAnAnswer_IsAmberAfterTenSecondsAndGreyAfterSixty()
    {
        var health = new SourceHealth(Now);

        Assert.Equal(Freshness.Fresh, health.At(Now.AddSeconds(10)));
        Assert.Equal(Freshness.Amber, health.At(Now.AddSeconds(11)));
        Assert.Equal(Freshness.Grey, health.At(Now.AddSeconds(61)));
    }
}
