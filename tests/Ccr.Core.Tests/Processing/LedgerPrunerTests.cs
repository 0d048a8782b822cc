using Ccr.Core.Decisions;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Processing;

/// <summary>A clock that is wrong deletes no cool-down that still holds.</summary>
public sealed class LedgerPrunerTests
{
    private static readonly LedgerOptions Options = new();

    private readonly InMemoryLedgerStore _store = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Prune_ClockAYearAhead_KeepsTheCoolDownThatHoldsByTheBrokersTime()
    {
        await HoldAsync();

        await PruneAsync(computer: Some.Time.AddDays(366), broker: Some.Time);

        Assert.True(await IsHeldAsync());
    }

    [Fact]
    public async Task Prune_NothingHasToldTheTime_DeletesNothing()
    {
        await HoldAsync();

        await PruneAsync(computer: Some.Time.AddDays(366), broker: null);

        Assert.True(await IsHeldAsync());
    }

    [Fact]
    public async Task Prune_ClockAYearBehind_DeletesNothing()
    {
        await HoldAsync();

        await PruneAsync(computer: Some.Time.AddDays(-366), broker: Some.Time.AddDays(366));

        Assert.True(await IsHeldAsync());
    }

    [Fact]
    public async Task Prune_BothClocksAgree_DeletesWhatIsOld()
    {
        await HoldAsync();

        await PruneAsync(computer: Some.Time.AddDays(366), broker: Some.Time.AddDays(366));

        Assert.False(await IsHeldAsync());
    }

    [Fact]
    public void Proved_ManyMessages_IsTheLatestTimeThatTheBrokerHasSurelyReached()
    {
        var clock = new Clock(new FakeTimeProvider(Some.Time));
        Assert.Null(clock.Proved);

        clock.Read(Some.Time.AddHours(2), lockedUntil: null);
        clock.Read(Some.Time, Some.Time.AddHours(3));
        clock.Read(Some.Time, lockedUntil: null);

        Assert.Equal(Some.Time.AddHours(3).AddMinutes(-5), clock.Proved);
    }

    private async Task HoldAsync()
    {
        var state = await _store.ReadAsync("CORP\\PC01", "r1", Cancelled);
        await _store.TryWriteAsync(state, new MachineRecord("CORP\\PC01") { CoolDown = new CoolDown("r1", Some.Time.AddDays(1)) }, null, Cancelled);
    }

    private async Task<bool> IsHeldAsync() => (await _store.ReadAsync("CORP\\PC01", "r1", Cancelled)).Machine is not null;

    private async Task PruneAsync(DateTimeOffset computer, DateTimeOffset? broker)
    {
        var time = new FakeTimeProvider(computer);
        var clock = new Clock(time);
        if (broker is { } enqueued) clock.Read(enqueued, lockedUntil: null);
        await new LedgerPruner(_store, Options, clock, time, NullLogger<LedgerPruner>.Instance).PruneAsync(Cancelled);
    }
}
