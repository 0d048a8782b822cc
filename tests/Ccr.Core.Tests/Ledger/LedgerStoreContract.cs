using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Ledger;

/// <summary>What every ledger store promises.</summary>
public abstract class LedgerStoreContract
{
    private static readonly MachineRecord Claimed = new("CORP\\PC01", 1, new Claim("r1", Some.Time));

    protected abstract ILedgerStore Store { get; }

    [Fact]
    public async Task Read_NothingWritten_IsEmpty()
    {
        Assert.Equal(new LedgerState(null, null), await ReadAsync());
    }

    [Fact]
    public async Task TryWrite_MachineAndResult_AreReadBack()
    {
        var written = await Store.TryWriteAsync(Claimed, Result("r1"), TestContext.Current.CancellationToken);

        Assert.True(written);
        Assert.Equal(new LedgerState(Claimed, Result("r1")), await ReadAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task TryWrite_VersionIsNotTheNext_WritesNothing(long version)
    {
        await Store.TryWriteAsync(Claimed, null, TestContext.Current.CancellationToken);

        var written = await Store.TryWriteAsync(Claimed with { Version = version, Claim = null }, Result("r1"), TestContext.Current.CancellationToken);

        Assert.False(written);
        Assert.Equal(new LedgerState(Claimed, null), await ReadAsync());
    }

    [Fact]
    public async Task TryWrite_RequestHasAResult_WritesNothing()
    {
        await Store.TryWriteAsync(Claimed, Result("r1"), TestContext.Current.CancellationToken);

        var written = await Store.TryWriteAsync(Claimed with { Version = 2, Claim = null }, Result("r1") with { Outcome = Outcome.Failed }, TestContext.Current.CancellationToken);

        Assert.False(written);
        Assert.Equal(new LedgerState(Claimed, Result("r1")), await ReadAsync());
    }

    [Fact]
    public async Task TryWrite_ManyAtOnceForOneMachine_OneWins()
    {
        for (var round = 1; round <= 100; round++)
        {
            var wins = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
                async () => await Store.TryWriteAsync(Claimed with { Version = round, Claim = new Claim($"r{i}", Some.Time) }, null, CancellationToken.None))));

            Assert.Single(wins, won => won);
        }
    }

    private async Task<LedgerState> ReadAsync() =>
        await Store.ReadAsync("CORP\\PC01", "r1", TestContext.Current.CancellationToken);

    private static ReinstallResult Result(string requestId) => new()
    {
        RequestId = requestId,
        Source = "ccr",
        EventId = "/cmdb 1",
        Part = 1,
        Parts = 1,
        Machine = "PC01",
        Outcome = Outcome.Accepted,
        Reason = "CCR3000",
        Meaning = "Meaning",
        Detail = "Detail",
        Remedy = "Remedy",
        Time = Some.Time,
        Until = Some.Time.AddDays(1),
    };
}

public sealed class InMemoryLedgerStoreTests : LedgerStoreContract
{
    protected override ILedgerStore Store { get; } = new InMemoryLedgerStore();
}
