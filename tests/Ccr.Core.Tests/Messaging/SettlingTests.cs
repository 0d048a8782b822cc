using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Core.Tests.Messaging;

public sealed class SettlingTests
{
    private readonly JumpingTime _time = new();
    private readonly CountingSettlement _settlement = new();

    [Fact]
    public async Task Run_LedgerFailsForSeconds_MessageIsKeptAndHandledAgain()
    {
        var tries = 0;

        await RunAsync(() => ++tries < 5 ? throw Failing() : _settlement.CompleteAsync(CancellationToken.None), TestContext.Current.CancellationToken);

        Assert.Equal((5, 1, 0), (tries, _settlement.Completed, _settlement.Abandoned));
    }

    [Fact]
    public async Task Run_LedgerFailsForLong_MessageIsGivenBackAfterMinutes()
    {
        await RunAsync(() => throw Failing(), TestContext.Current.CancellationToken);

        Assert.Equal((0, 1), (_settlement.Completed, _settlement.Abandoned));
        Assert.InRange(_time.Passed, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Run_HostStopsWhileTheLedgerFails_MessageIsGivenBackAtOnce()
    {
        await RunAsync(() => throw Failing(), new CancellationToken(canceled: true));

        Assert.Equal((1, TimeSpan.Zero), (_settlement.Abandoned, _time.Passed));
    }

    [Fact]
    public async Task Run_AnotherFault_MessageIsGivenBackAtOnce()
    {
        await RunAsync(() => throw new InvalidOperationException(), TestContext.Current.CancellationToken);

        Assert.Equal((1, TimeSpan.Zero), (_settlement.Abandoned, _time.Passed));
    }

    [Fact]
    public async Task Run_QueueIsMissingForSeconds_MessageIsKeptAndHandledAgain()
    {
        var tries = 0;

        await RunAsync(
            () => ++tries < 5 ? throw BrokerFault.Missing : _settlement.CompleteAsync(CancellationToken.None), TestContext.Current.CancellationToken);

        Assert.Equal((5, 1, 0), (tries, _settlement.Completed, _settlement.Abandoned));
    }

    [Fact]
    public async Task Run_LockIsLost_MessageIsGivenBackAtOnce()
    {
        await RunAsync(() => throw BrokerFault.LockLost, TestContext.Current.CancellationToken);

        Assert.Equal((1, TimeSpan.Zero), (_settlement.Abandoned, _time.Passed));
    }

    private static LedgerException Failing() => new(LedgerReasons.CannotWrite, "the disk is full");

    private Task RunAsync(Func<Task> handle, CancellationToken stop) => Settling.RunAsync(_settlement, NullLogger.Instance, _time, handle, stop);

    private sealed class CountingSettlement : ISettlement
    {
        public int Completed { get; private set; }

        public int Abandoned { get; private set; }

        public Task CompleteAsync(CancellationToken cancellationToken)
        {
            Completed++;
            return Task.CompletedTask;
        }

        public Task AbandonAsync(CancellationToken cancellationToken)
        {
            Abandoned++;
            return Task.CompletedTask;
        }

        public Task DeadLetterAsync(string reason, string description, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
