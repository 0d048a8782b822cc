using System.Diagnostics;
using System.Globalization;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Core.Telemetry;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting;
using Ccr.Hosting.ServiceBus;
using Moq;

namespace Ccr.Functions.Tests;

public class ReinstallRequestedTests
{
    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForAnEvent_SubmitsPublishesAndCompletes()
    {
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(Entities.Requests, Some.Event("PC01"));

        await installation.TakeEventAsync();

        var result = Assert.Single(await installation.ResultsAsync());
        Assert.Equal((Outcome.Accepted, "PC01"), (result.Outcome, result.Machine));
        Assert.Equal(1, installation.ManagementPoint.Submissions);
        Assert.Empty(await installation.PeekAsync(Entities.Requests));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForPoison_PublishesAndDeadLettersOnTheFirstDelivery()
    {
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(Entities.Requests, "this is not JSON");

        await installation.TakeEventAsync();

        Assert.Equal(Outcome.Rejected, Assert.Single(await installation.ResultsAsync()).Outcome);
        var dead = Assert.Single(await installation.PeekAsync(EntityPath.DeadLetterQueue(Entities.Requests)));
        Assert.Equal("CCR1003", dead.DeadLetterReason);
        Assert.NotEmpty(dead.DeadLetterErrorDescription!);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForAnEventThatMustWait_SchedulesACopyAndCompletes()
    {
        await using var installation = await Installation.StartAsync();
        var later = TimeProvider.System.GetUtcNow().AddHours(1);
        await installation.SendAsync(
            Entities.Requests, Some.Event("PC01").Replace("\"PC01\"", $"\"PC01\", \"notBefore\": \"{later:O}\"", StringComparison.Ordinal), "original");

        await installation.TakeEventAsync();

        var copy = Assert.Single(await installation.PeekAsync(Entities.Requests));
        Assert.NotEqual("original", copy.MessageId);
        Assert.Equal(Outcome.Deferred, Assert.Single(await installation.ResultsAsync()).Outcome);
        Assert.Equal(0, installation.ManagementPoint.Submissions);
    }

    /// <summary>Such an event once ended as <c>Failed</c>, since its copy did not fit the queue.</summary>
    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForTheLargestEventThatIsAccepted_CanWait()
    {
        await using var installation = await Installation.StartAsync();
        await new LedgerOperator(installation.Ledger, TimeProvider.System, OperatorIdentity.OfComputer("file", "a test"))
            .PauseAsync(null, null, null, TestContext.Current.CancellationToken);
        var id = new string('ä', 128);
        var properties = new Dictionary<string, object>(StringComparer.Ordinal) { ["team"] = new string('ü', 500), ["priority"] = 1 };
        await installation.SendAsync(Entities.Requests, Some.Alert(200).PadRight(260_000), id, properties);
        await installation.TakeEventAsync();
        var refused = Assert.Single(await installation.ResultsAsync());
        var largest = int.Parse(refused.Detail.Split(' ')[^3], CultureInfo.InvariantCulture);

        await installation.SendAsync(Entities.Requests, Some.Alert(200).PadRight(largest), id, properties);
        await installation.TakeEventAsync();

        Assert.Equal((Outcome.Rejected, "CCR1001"), (refused.Outcome, refused.Reason));
        Assert.All((await installation.ResultsAsync()).Skip(1), result => Assert.Equal(Outcome.Deferred, result.Outcome));
        var copy = Assert.Single(await installation.PeekAsync(Entities.Requests));
        Assert.Equal((ServiceBusMessageState.Scheduled, largest), (copy.State, copy.Body.ToMemory().Length));
        Assert.Equal(200, ((string)copy.ApplicationProperties["ccr-waiting"]).Split(',').Length);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Run_WhenTheHostStops_GivesTheMessageBack()
    {
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(Entities.Requests, Some.Event("PC01"));

        await installation.TakeAsync(Entities.Requests, async trigger =>
        {
            await installation.Get<ReinstallRequested>().RunAsync(trigger.Message, trigger.Actions.Object, new CancellationToken(canceled: true));
            trigger.Actions.Verify(a => a.AbandonMessageAsync(trigger.Message, null, It.IsAny<CancellationToken>()), Times.Once);
        });

        Assert.Single(await installation.PeekAsync(Entities.Requests));
        Assert.Equal(0, installation.ManagementPoint.Submissions);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Run_ForAnEventWithATrace_ContinuesItToTheManagementPointAndTheResult()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (activities) activities.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(
            Entities.Requests,
            Some.Event("PC01"),
            properties: new Dictionary<string, object>(StringComparer.Ordinal) { ["Diagnostic-Id"] = $"00-{Trace}-00f067aa0ba902b7-01" });

        await installation.TakeEventAsync();

        string[] own;
        lock (activities) own = [.. activities.Where(a => a.TraceId.ToHexString() == Trace).Select(a => a.OperationName)];
        Assert.Equal(["ccr.submit", "ccr.machine", "ccr.event"], own);
        var message = Assert.Single(await installation.PeekAsync(EntityPath.Subscription(Entities.Results, Entities.WatchSubscription)));
        Assert.Contains(Trace, (string)message.ApplicationProperties["Diagnostic-Id"]);
    }
}
