using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;
using Ccr.SiteSimulator.Faults;

namespace Ccr.Functions.Tests;

/// <summary>The worker killed, stopped and under load.</summary>
public class HostedLifeTests
{
    [Fact(Timeout = Some.Patience)]
    public async Task Worker_KilledWithRequestsInFlight_LosesNothingAndPushesNothingTwice()
    {
        await using var app = await HostedApp.StartAsync(settings => settings["Ccr__Submissions__ClaimLease"] = "00:00:30");
        app.ManagementPoint.Faults = FaultPlan.Parse("delay=600s");
        await app.SendAsync(Entities.Requests, Events(1, 6));
        await HostedApp.UntilAsync(() => Task.FromResult(app.ManagementPoint.Submissions), submissions => submissions == 6);

        app.Host.KillWorker();
        app.ManagementPoint.Faults = FaultPlan.None;
        await app.SendAsync(Entities.Requests, Events(7, 4));

        var ends = await EndsAsync(app, 10);
        Assert.Equal(Enumerable.Repeat(Outcome.Indeterminate, 6).Concat(Enumerable.Repeat(Outcome.Accepted, 4)), ends);
        Assert.Equal(10, app.ManagementPoint.Submissions);
        Assert.Equal(2, app.Host.WorkersStarted);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Host_StoppedWithRequestsInFlight_LetsThemEndAndTheNextDoesTheRest()
    {
        await using var app = await HostedApp.StartAsync();
        app.ManagementPoint.Faults = FaultPlan.Parse("delay=3s");
        await app.SendAsync(Entities.Requests, Events(1, 20));
        await HostedApp.UntilAsync(() => Task.FromResult(app.ManagementPoint.Submissions), submissions => submissions >= 5);

        var stopping = app.Host.StopAsync();
        app.ManagementPoint.Faults = FaultPlan.None;
        await stopping;
        var submitted = app.ManagementPoint.Submissions;
        var ended = (await app.ResultsAsync()).Count(result => result.Outcome.IsTerminal());
        await app.Host.DisposeAsync();
        await app.StartHostAsync();

        Assert.Equal(submitted, ended);
        Assert.All(await EndsAsync(app, 20), outcome => Assert.Equal(Outcome.Accepted, outcome));
        Assert.Equal(20, app.ManagementPoint.Submissions);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task Events_AThousandAtOnce_EndOnceEach()
    {
        await using var app = await HostedApp.StartAsync(settings => settings["Ccr__Storms__MaxMachines"] = "0");

        await app.SendAsync(Entities.Requests, Events(1, 1000));

        Assert.All(await EndsAsync(app, 1000), outcome => Assert.Equal(Outcome.Accepted, outcome));
        Assert.Equal(1000, app.ManagementPoint.Submissions);
        await HostedApp.UntilAsync(() => app.PeekAsync(Entities.Requests), messages => messages.Count == 0);
    }

    private static ServiceBusMessage[] Events(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(
            number => new ServiceBusMessage(Some.Event($"PC{number:0000}", $"{number}")) { MessageId = $"event-{number}" })];

    /// <summary>How the events ended, in their order: each has exactly one terminal result.</summary>
    private static async Task<IEnumerable<Outcome>> EndsAsync(HostedApp app, int count)
    {
        var results = await HostedApp.UntilAsync(
            app.ResultsAsync, found => found.Where(result => result.Outcome.IsTerminal()).DistinctBy(result => result.EventId).Count() == count);
        var ends = results.Where(result => result.Outcome.IsTerminal()).OrderBy(result => result.Machine, StringComparer.Ordinal).ToList();
        Assert.Equal(count, ends.Count);
        return ends.Select(end => end.Outcome);
    }
}
