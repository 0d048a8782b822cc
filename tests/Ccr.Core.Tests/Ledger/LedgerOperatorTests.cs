using Ccr.Core.Ledger;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Ledger;

/// <summary>A pause without an end, and a hold that ends by itself, are two things; and of everything it is known who did it.</summary>
public sealed class LedgerOperatorTests
{
    private readonly InMemoryLedgerStore _store = new();
    private readonly FakeTimeProvider _time = new(Some.Time);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private LedgerOperator Eva => new(_store, _time, Some.Eva);

    /// <summary>It said "paused already", and did nothing: the hold ended by itself, or had ended, and submissions went on.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Pause_WhileOrAfterAHold_PausesWithoutAnEnd(int hours)
    {
        await Eva.HoldAsync(Some.Time.AddHours(1), Cancelled);
        _time.Advance(TimeSpan.FromHours(hours));

        Assert.True(await Eva.PauseAsync(null, null, null, Cancelled));

        var pause = (await ReadAsync())!;
        Assert.Equal((true, null, "eva"), (pause.On, pause.Until, pause.By));
        Assert.False(await Eva.PauseAsync(null, null, null, Cancelled));
    }

    [Fact]
    public async Task Resume_DuringAHold_EndsIt()
    {
        await Eva.HoldAsync(Some.Time.AddHours(1), Cancelled);

        Assert.True(await Eva.ResumeAsync(null, null, Cancelled));

        Assert.False((await ReadAsync())!.On);
    }

    [Fact]
    public async Task Resume_AfterAPauseHasEndedByItself_SaysThatThereIsNone()
    {
        await Eva.PauseAsync(null, Some.Time.AddHours(1), null, Cancelled);
        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(await Eva.ResumeAsync(null, null, Cancelled));
    }

    [Fact]
    public async Task Hold_UntilATime_SaysWhoAndWhyAndUntilWhen()
    {
        await Eva.HoldAsync(Some.Time.AddHours(1), Cancelled);

        var hold = (await ReadAsync())!;
        Assert.Equal((true, Some.Time.AddHours(1), "eva", "ledger restored"), (hold.On, hold.Until, hold.By, hold.Reason));
    }

    /// <summary>It turned the pause of somebody who wanted no end into one that ended by itself.</summary>
    [Fact]
    public async Task Hold_DuringAPauseWithoutAnEnd_ChangesNothing()
    {
        await Eva.PauseAsync(null, null, null, Cancelled);

        Assert.False(await Eva.HoldAsync(Some.Time.AddHours(1), Cancelled));

        Assert.Null((await ReadAsync())!.Until);
    }

    [Fact]
    public async Task Pause_OfASite_LeavesTheOthersAlone()
    {
        Assert.True(await Eva.PauseAsync("hq", null, "INC4711", Cancelled));

        Assert.Null(await ReadAsync());
        Assert.Equal(("hq", true, "INC4711"), ((await ReadAsync("pause hq"))!.Site, (await ReadAsync("pause hq"))!.IsPause, (await ReadAsync("pause hq"))!.Reason));
    }

    [Fact]
    public async Task Pause_OnAndOff_AreTwoActionsWithWhoWhyBeforeAndAfter()
    {
        await Eva.PauseAsync(null, Some.Time.AddHours(4), "INC4711", Cancelled);
        _time.Advance(TimeSpan.FromMinutes(5));
        await Eva.ResumeAsync(null, "solved", Cancelled);
        await Eva.ResumeAsync(null, "solved", Cancelled);

        var actions = (await _store.ListActionsAsync(null, 10, Cancelled)).Rows;
        Assert.Equal(
            [
                ("pause off", "all", "on since 2026-01-31 12:00:00Z until 2026-01-31 16:00:00Z", "off since 2026-01-31 12:05:00Z", "solved", Some.Eva),
                ("pause on", "all", "off since 2026-01-31 12:00:00Z", "on since 2026-01-31 12:00:00Z until 2026-01-31 16:00:00Z", "INC4711", Some.Eva),
            ],
            actions.Select(action => (action.Kind, action.Target, action.Before, action.After, action.Reason, action.Who)));
    }

    [Fact]
    public async Task ReleaseMachine_InQuarantine_IsOneActionThatSaysWhatItWas()
    {
        var record = new MachineRecord("CORP\\PC01") { Quarantine = new Quarantine(Some.Time, "r9"), Pushes = [Some.Time] };
        await _store.TryWriteAsync(await _store.ReadAsync(record.Key, "", Cancelled), record, null, Cancelled);

        Assert.True(await Eva.ReleaseMachineAsync(record.Key, "disk replaced", Cancelled));
        Assert.False(await Eva.ReleaseMachineAsync(record.Key, "disk replaced", Cancelled));

        var action = Assert.Single((await _store.ListActionsAsync(null, 10, Cancelled)).Rows);
        Assert.Equal(("machine release", "CORP\\PC01", "disk replaced"), (action.Kind, action.Target, action.Reason));
        Assert.Equal("in quarantine since 2026-01-31 12:00:00Z by r9, 1 pushes", action.Before);
    }

    private async Task<SwitchRecord?> ReadAsync(string key = SwitchRecord.PauseKey) => (await _store.ReadSwitchAsync(key, Cancelled)).Record;
}
