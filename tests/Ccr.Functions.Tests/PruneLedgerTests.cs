using Ccr.Core.Decisions;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions.Tests;

public class PruneLedgerTests
{
    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForResultsOldAndNew_DeletesTheOldOnes()
    {
        await using var installation = await Installation.StartAsync();
        await KeepAsync(installation, "ccr-old", TimeProvider.System.GetUtcNow().AddDays(-91));
        await KeepAsync(installation, "ccr-new", TimeProvider.System.GetUtcNow().AddDays(-89));

        installation.Get<Clock>().Read(TimeProvider.System.GetUtcNow(), lockedUntil: null);
        await installation.Get<PruneLedger>().RunAsync(new TimerInfo(), TestContext.Current.CancellationToken);

        var history = await installation.Ledger.ReadHistoryAsync("CORP\\PC01", TestContext.Current.CancellationToken);
        Assert.Equal(["ccr-new"], history.Results.Select(result => result.RequestId));
    }

    private static async Task KeepAsync(Installation installation, string requestId, DateTimeOffset time)
    {
        var result = (Some.Command with { RequestId = requestId }).Conclude(
            new Verdict(Outcome.Failed, new ReasonCode("CCR3999", "As the test says", "None."), "a test"), time);
        var state = await installation.Ledger.ReadAsync("CORP\\PC01", requestId, TestContext.Current.CancellationToken);
        Assert.NotNull(await installation.Ledger.TryWriteAsync(state, null, result, TestContext.Current.CancellationToken));
    }
}
