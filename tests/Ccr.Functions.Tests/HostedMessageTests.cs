using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;

namespace Ccr.Functions.Tests;

public class HostedMessageTests
{
    private const int Patience = 120_000;

    [Fact(Timeout = Patience)]
    public async Task Event_OnTheWorker_IsSubmittedPublishedAndCompleted()
    {
        await using var app = await HostedApp.StartAsync();
        await app.SendEventAsync(Some.Event("PC01"));

        var result = Assert.Single(await app.ResultsAsync(1));

        Assert.Equal((Outcome.Accepted, "PC01"), (result.Outcome, result.Machine));
        Assert.Equal(1, app.ManagementPoint.Submissions);
        await HostedApp.UntilAsync(() => app.PeekAsync(Entities.Requests), messages => messages.Count == 0);
    }
}
