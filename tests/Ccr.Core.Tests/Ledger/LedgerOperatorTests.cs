using Ccr.Core.Ledger;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Ledger;

/// <summary>A pause without an end, and a hold that ends by itself, are two things.</summary>
public sealed class LedgerOperatorTests
{
    private readonly InMemoryLedgerStore _store = new();
    private readonly FakeTimeProvider _time = new(Some.Time);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private LedgerOperator Operator => new(_store, _time, "eva");

    /// <summary>It said "paused already", and did nothing: the hold ended by itself, or had ended, and submissions went on.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Pause_WhileOrAfterAHold_PausesWithoutAnEnd(int hours)
    {
        await Operator.HoldAsync(Some.Time.AddHours(1), Cancelled);
        _time.Advance(TimeSpan.FromHours(hours));

        Assert.True(await Operator.PauseAsync(true, Cancelled));

        var pause = (await ReadAsync())!;
        Assert.Equal((true, null, "eva"), (pause.On, pause.Until, pause.By));
        Assert.False(await Operator.PauseAsync(true, Cancelled));
    }

    [Fact]
    public async Task Pause_OffDuringAHold_EndsIt()
    {
        await Operator.HoldAsync(Some.Time.AddHours(1), Cancelled);

        Assert.True(await Operator.PauseAsync(false, Cancelled));

        Assert.False((await ReadAsync())!.On);
    }

    [Fact]
    public async Task Hold_UntilATime_SaysWhoAndWhyAndUntilWhen()
    {
        await Operator.HoldAsync(Some.Time.AddHours(1), Cancelled);

        var hold = (await ReadAsync())!;
        Assert.Equal((true, Some.Time.AddHours(1), "eva (ledger restored)"), (hold.On, hold.Until, hold.By));
    }

    /// <summary>It turned the pause of somebody who wanted no end into one that ended by itself.</summary>
    [Fact]
    public async Task Hold_DuringAPauseWithoutAnEnd_ChangesNothing()
    {
        await Operator.PauseAsync(true, Cancelled);

        Assert.False(await Operator.HoldAsync(Some.Time.AddHours(1), Cancelled));

        Assert.Equal((true, null, "eva"), ((await ReadAsync())!.On, (await ReadAsync())!.Until, (await ReadAsync())!.By));
    }

    private async Task<SwitchRecord?> ReadAsync() => (await _store.ReadSwitchAsync(SwitchRecord.PauseKey, Cancelled)).Record;
}
