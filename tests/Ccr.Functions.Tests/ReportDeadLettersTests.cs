using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Ccr.Functions.Tests;

public class ReportDeadLettersTests
{
    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForAnEventThatTheBrokerGaveUp_PublishesAResultOnceAndLeavesTheMessage()
    {
        await using var installation = await Installation.StartAsync();
        await DeadLetterAsync(installation, Some.Event("PC01"), "MaxDeliveryCountExceeded");

        await RunAsync(installation);
        await RunAsync(installation);

        var result = Assert.Single(await installation.ResultsAsync());
        Assert.Equal((Outcome.Failed, "CCR4504", "PC01"), (result.Outcome, result.Reason, result.Machine));
        Assert.Single(await installation.PeekAsync(EntityPath.DeadLetterQueue(Entities.Requests)));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForAnEventThatWasDeadLetteredWithItsResult_SaysNothing()
    {
        await using var installation = await Installation.StartAsync();
        await DeadLetterAsync(installation, "this is not JSON", "CCR1003");

        await RunAsync(installation);

        Assert.Empty(await installation.ResultsAsync());
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForAnEventThatWasAnsweredBefore_PublishesTheSameMessage()
    {
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(Entities.Requests, Some.Event("PC01"));
        await installation.TakeEventAsync();
        await DeadLetterAsync(installation, Some.Event("PC01"), "MaxDeliveryCountExceeded");

        await RunAsync(installation);

        Assert.Equal(Outcome.Accepted, Assert.Single(await installation.ResultsAsync()).Outcome);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Run_AfterNewDeadLetters_AnswersThoseToo()
    {
        await using var installation = await Installation.StartAsync();
        await DeadLetterAsync(installation, Some.Event("PC01", "1"), "MaxDeliveryCountExceeded");
        await RunAsync(installation);
        await DeadLetterAsync(installation, Some.Event("PC02", "2"), "TTLExpiredException");

        await RunAsync(installation);

        Assert.Equal(["PC01", "PC02"], (await installation.ResultsAsync()).Select(result => result.Machine));
    }

    private static async Task DeadLetterAsync(Installation installation, string body, string reason)
    {
        await installation.SendAsync(Entities.Requests, body);
        await installation.TakeAsync(
            Entities.Requests,
            trigger => trigger.Actions.Object.DeadLetterMessageAsync(trigger.Message, null, reason, "as the test says", TestContext.Current.CancellationToken));
    }

    private static Task RunAsync(Installation installation) =>
        installation.Get<ReportDeadLetters>().RunAsync(new TimerInfo(), TestContext.Current.CancellationToken);
}
