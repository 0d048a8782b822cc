using Azure.Messaging.ServiceBus;
using Ccr.Core.Agents;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Sqlite;

namespace Ccr.Functions.Tests;

/// <summary>What becomes of messages on the real worker.</summary>
public class HostedMessageTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Some.Patience)]
    public async Task Event_ThatIsGood_IsSubmittedPublishedAndCompleted()
    {
        await using var app = await HostedApp.StartAsync();

        await app.SendEventAsync(Some.Event("PC01"));

        var result = Assert.Single(await app.ResultsAsync(1));
        Assert.Equal((Outcome.Accepted, "PC01"), (result.Outcome, result.Machine));
        Assert.Equal(1, app.ManagementPoint.Submissions);
        await HostedApp.UntilAsync(() => app.PeekAsync(Entities.Requests), messages => messages.Count == 0);
        Assert.Empty(await app.PeekAsync(EntityPath.DeadLetterQueue(Entities.Requests)));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Event_ThatIsBad_IsDeadLetteredOnItsFirstDeliveryWithCodeAndDescription()
    {
        await using var app = await HostedApp.StartAsync();

        await app.SendEventAsync("this is not JSON");

        var result = Assert.Single(await app.ResultsAsync(1));
        var dead = await app.TakeAsync(EntityPath.DeadLetterQueue(Entities.Requests));
        Assert.Equal((Outcome.Rejected, "CCR1003"), (result.Outcome, result.Reason));
        Assert.Equal(("CCR1003", result.Detail, 1), (dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.DeliveryCount));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Event_WithNotBefore_IsOneScheduledCopyUntilThen()
    {
        await using var app = await HostedApp.StartAsync();
        var later = TimeProvider.System.GetUtcNow().AddHours(1);

        await app.SendEventAsync(Some.Event("PC01").Replace("\"PC01\"", $"\"PC01\", \"notBefore\": \"{later:O}\"", StringComparison.Ordinal));

        await AssertWaitsAsync(app, later);
        Assert.Equal(0, app.ManagementPoint.Submissions);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Event_WhileTheManagementPointIsDown_WaitsAndIsSubmittedOnceItIsUp()
    {
        await using var app = await HostedApp.StartAsync(settings => settings["Ccr__Submissions__FirstRetryAfter"] = "00:00:05");
        await app.ManagementPoint.DisposeAsync();

        await app.SendEventAsync(Some.Event("PC01"));
        await AssertWaitsAsync(app, TimeProvider.System.GetUtcNow().AddSeconds(5));
        await app.StartManagementPointAsync();

        var results = await HostedApp.UntilAsync(app.ResultsAsync, found => found.Any(result => result.Outcome.IsTerminal()));
        Assert.Equal(Outcome.Accepted, results.Single(result => result.Outcome.IsTerminal()).Outcome);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Event_DuringAPause_WaitsAndIsSubmittedOnceThePauseIsOver()
    {
        await using var app = await HostedApp.StartAsync(settings => settings["Ccr__Submissions__HeldLookAfter"] = "00:00:05");
        using var ledger = SqliteLedgerStore.Open(app.LedgerPath);
        var people = new LedgerOperator(ledger, TimeProvider.System, OperatorIdentity.OfComputer("file", "a test"));
        await people.PauseAsync(null, null, null, Stop);

        await app.SendEventAsync(Some.Event("PC01"));
        await AssertWaitsAsync(app, TimeProvider.System.GetUtcNow().AddSeconds(5));
        Assert.Equal(0, app.ManagementPoint.Submissions);
        await people.ResumeAsync(null, null, Stop);

        var results = await HostedApp.UntilAsync(app.ResultsAsync, found => found.Any(result => result.Outcome.IsTerminal()));
        Assert.Equal(Outcome.Accepted, results.Single(result => result.Outcome.IsTerminal()).Outcome);
        Assert.Equal(1, app.ManagementPoint.Submissions);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Event_ForASiteWithAgents_IsDispatchedAndTheAgentsResultIsRecorded()
    {
        await using var app = await StartWithAgentsAsync();
        await app.SendEventAsync(Some.Event("PC01"));
        Assert.Equal(Outcome.Dispatched, Assert.Single(await app.ResultsAsync(1)).Outcome);
        var command = AgentCommand.Read((await app.TakeAsync(Entities.AgentQueue("hq"))).Body)!;

        var answer = Some.AgentResult(Outcome.Accepted, command);
        await app.SendAsync(Entities.Results, new ServiceBusMessage(answer.Body) { MessageId = answer.MessageId }.With(answer.Properties));

        using var ledger = SqliteLedgerStore.Open(app.LedgerPath);
        var state = await HostedApp.UntilAsync(async () => await ledger.ReadAsync("CORP\\PC01", command.RequestId, Stop), found => found.Result is not null);
        Assert.Equal(Outcome.Accepted, state.Result!.Outcome);
        var fromAgents = EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription);
        await HostedApp.UntilAsync(() => app.PeekAsync(fromAgents), messages => messages.Count == 0);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Push_OfASiteThatIsLookedAt_EndsInOneFinalVerification()
    {
        await using var app = await HostedApp.StartAsync(settings =>
        {
            var inboxes = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(settings["Ledger__Path"])!, "inboxes"));
            inboxes.CreateSubdirectory("ccr.box");
            inboxes.CreateSubdirectory("ccrretry.box");
            const string Verification = "Ccr__Sites__hq__Verification__";
            settings[$"{Verification}Enabled"] = "true";
            settings[$"{Verification}InboxesFolder"] = inboxes.FullName;
            settings[$"{Verification}FirstAfter"] = settings[$"{Verification}Every"] = settings[$"{Verification}OftenFor"] = "00:00:01";
            settings[$"{Verification}GiveUpAfter"] = "00:00:03";
        });

        await app.SendEventAsync(Some.Event("PC01"));

        var watch = EntityPath.Subscription(Entities.Results, Entities.WatchSubscription);
        var messages = await HostedApp.UntilAsync(() => app.PeekAsync(watch), found => found.Count >= 2);
        Assert.Equal(Outcome.Accepted, ResultMessage.Read(messages[0].Body)!.Outcome);
        var verification = ResultMessage.ReadVerification(messages[1].Body)!;
        Assert.Equal(
            (VerificationOutcome.NotVerified, EvidenceStrength.None, "PC01", "hq"),
            (verification.Outcome, verification.Strength, verification.Machine, verification.Site));
        await HostedApp.UntilAsync(() => app.PeekAsync(Entities.Verifications), looks => looks.Count == 0);
        Assert.Equal(2, (await app.PeekAsync(watch)).Count);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Command_ThatNoAgentCarriedOut_FailsItsRequest()
    {
        await using var app = await StartWithAgentsAsync();
        await app.SendEventAsync(Some.Event("PC01"));
        var command = await app.TakeAsync(Entities.AgentQueue("hq"));

        await app.SendAsync(Entities.AgentUndelivered, new ServiceBusMessage(command.Body)
        {
            MessageId = command.MessageId,
            ApplicationProperties = { ["DeadLetterReason"] = "TTLExpiredException" },
        });

        var results = await HostedApp.UntilAsync(app.ResultsAsync, found => found.Any(each => each.Outcome.IsTerminal()));
        var result = results.Single(each => each.Outcome.IsTerminal());
        Assert.Equal((Outcome.Failed, "CCR4501"), (result.Outcome, result.Reason));
        await HostedApp.UntilAsync(() => app.PeekAsync(Entities.AgentUndelivered), messages => messages.Count == 0);
    }

    /// <summary>It once burnt ten deliveries in two seconds, and ended as <c>Indeterminate</c> though nothing was sent.</summary>
    [Fact(Timeout = Some.Patience)]
    public async Task Event_ForASiteWhoseAgentsQueueIsMissing_WaitsAndFailsWhenItExpires()
    {
        await using var app = await HostedApp.StartAsync(settings =>
        {
            settings["Ccr__Sites__plant__Transport"] = "Agent";
            settings["Ccr__Sites__plant__SigningKeys__0"] = Some.Key;
            settings["Ccr__Sites__plant__ManagementPoints__0__Address"] = "http://mp01";
            settings["Ccr__Submissions__FirstRetryAfter"] = "00:00:02";
        });

        // The first event also connects: the second one is not to find its time over by then.
        await app.SendEventAsync(Some.Event("PC02", "warm-up"));
        await app.ResultsAsync(1);
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(30);
        await app.SendEventAsync(
            Some.Event("PC01").Replace("\"PC01\"", $"\"PC01\", \"site\": \"plant\", \"expires\": \"{expires:O}\"", StringComparison.Ordinal));

        var results = (await HostedApp.UntilAsync(app.ResultsAsync, found => found.Count(result => result.Outcome.IsTerminal()) == 2))
            .Where(result => result.Machine == "PC01").ToList();
        Assert.Equal((Outcome.Failed, "CCR2022"), (results[^1].Outcome, results[^1].Reason));
        Assert.All(results.SkipLast(1), result => Assert.Equal((Outcome.Deferred, "CCR2021"), (result.Outcome, result.Reason)));
        Assert.Contains("CCR4001: The entity does not exist (ccr-agent-plant", results[0].Detail, StringComparison.Ordinal);
        Assert.InRange(results.Count, 2, 6);
        await HostedApp.UntilAsync(() => app.PeekAsync(Entities.Requests), messages => messages.Count == 0);
        Assert.Empty(await app.PeekAsync(EntityPath.DeadLetterQueue(Entities.Requests)));
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Timers_WhenTheyFire_AnswerDeadLettersAndPruneTheLedger()
    {
        await using var app = await HostedApp.PrepareAsync();
        using (var ledger = SqliteLedgerStore.Open(app.LedgerPath))
        {
            var old = Some.Command.Conclude(
                new Verdict(Outcome.Failed, new ReasonCode("CCR3999", "As the test says", "None."), "a test"), TimeProvider.System.GetUtcNow().AddDays(-91));
            await ledger.TryWriteAsync(await ledger.ReadAsync("CORP\\PC01", old.RequestId, Stop), null, old, Stop);
        }

        await app.SendEventAsync(Some.Event("PC02"));
        await app.DeadLetterAsync(Entities.Requests, "MaxDeliveryCountExceeded");
        await app.StartHostAsync();

        await app.Host.FireTimerAsync("ReportDeadLetters", Stop);
        await app.Host.FireTimerAsync("WatchLedger", Stop);
        await app.Host.FireTimerAsync("ExpireWatch", Stop);

        var result = Assert.Single(await app.ResultsAsync());
        Assert.Equal((Outcome.Failed, "CCR4504", "PC02"), (result.Outcome, result.Reason, result.Machine));

        // A message tells the broker's time, without which nothing is pruned.
        await app.SendEventAsync(Some.Event("PC03"));
        await HostedApp.UntilAsync(app.ResultsAsync, found => found.Any(each => each.Machine == "PC03"));
        await app.Host.FireTimerAsync("PruneLedger", Stop);
        using var pruned = SqliteLedgerStore.Open(app.LedgerPath);
        Assert.Empty((await pruned.ReadHistoryAsync("CORP\\PC01", Stop)).Results);
    }

    private static Task<HostedApp> StartWithAgentsAsync() => HostedApp.StartAsync(settings =>
    {
        settings["Ccr__Sites__hq__Transport"] = "Agent";
        settings["Ccr__Sites__hq__SigningKeys__0"] = Some.Key;
    });

    /// <summary>One copy of the event comes at about the time given; whoever looks late may find it deferred for a second time.</summary>
    private static async Task AssertWaitsAsync(HostedApp app, DateTimeOffset until)
    {
        Assert.All(await app.ResultsAsync(1), result => Assert.Equal(Outcome.Deferred, result.Outcome));
        var copy = Assert.Single(await HostedApp.UntilAsync(
            () => app.PeekAsync(Entities.Requests), messages => messages is [{ State: ServiceBusMessageState.Scheduled }]));
        Assert.InRange(copy.ScheduledEnqueueTime, until.AddSeconds(-10), until.AddMinutes(2));
    }
}
