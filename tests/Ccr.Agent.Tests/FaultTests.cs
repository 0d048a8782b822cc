using Ccr.Agent.Tests.Support;
using Ccr.Core.Results;

namespace Ccr.Agent.Tests;

/// <summary>From the event to the result through an agent in its own process, while something around it is broken.</summary>
public class FaultTests
{
    private const int Limit = 300_000;

    [Fact(Timeout = Limit)]
    public async Task Agent_NothingBroken_CarriesEventsThroughToResults()
    {
        await using var installation = await Installation.StartAsync();
        installation.AddAgent().Start();

        await installation.SendAsync(20);

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal((Outcome.Accepted, "agent-1"), (result.Outcome, result.Agent)));
        Assert.Equal(20, installation.Results.Count(result => result.Outcome == Outcome.Dispatched));
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_BrokerRestarts_GoesOn()
    {
        await using var installation = await Installation.StartAsync();
        installation.SetFaults("delay=50ms");
        installation.AddAgent().Start();

        await installation.SendAsync(40);
        await installation.UntilAsync(() => installation.Terminal.Count > 3);
        await installation.RestartBrokerAsync();
        await installation.UntilAsync(() => installation.Terminal.Count > 20);
        await installation.RestartBrokerAsync();

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_ManagementPointIsSlow_WaitsForItAndPushesOnce()
    {
        await using var installation = await Installation.StartAsync();
        installation.SetFaults("delay=7s");
        installation.AddAgent().Start();

        await installation.SendAsync(12);

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_ManagementPointIsDown_TriesAgainUntilItIsBackAndLeavesTheRestOnTheQueue()
    {
        await using var installation = await Installation.StartAsync();
        var agent = installation.AddAgent().Start();
        await installation.StopManagementPointAsync();

        await installation.SendAsync(30);
        await installation.UntilAsync(() => agent.Log.Contains("was not sent to a management point", StringComparison.Ordinal));
        Assert.Empty(installation.Terminal);
        await installation.StartManagementPointAsync();

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_ManagementPointStaysDown_FailsWhatExpires()
    {
        await using var installation = await Installation.StartAsync();
        var agent = installation.AddAgent().Start();
        await installation.UntilAsync(() => agent.Log.Contains("agent-1", StringComparison.Ordinal));
        await installation.StopManagementPointAsync();
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(40);

        await installation.SendAsync(3, $$""", "expires": "{{expires:O}}" """);

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal((Outcome.Failed, "CCR2017"), (result.Outcome, result.Reason)));
        await installation.StartManagementPointAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_IsNotThere_TheRequestFailsWhenItsCommandExpires()
    {
        await using var installation = await Installation.StartAsync();
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(20);

        await installation.SendAsync(2, $$""", "expires": "{{expires:O}}" """);

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal((Outcome.Failed, "CCR4501"), (result.Outcome, result.Reason)));
    }

    [Theory(Timeout = Limit)]
    [InlineData("366.00:00:00")]
    [InlineData("-366.00:00:00")]
    [InlineData("00:10:00")]
    [InlineData("-00:10:00")]
    public async Task Agent_ClockIsOff_CarriesOutWhatTheBrokerHoldsForCurrent(string offset)
    {
        await using var installation = await Installation.StartAsync();
        installation.AddAgent(environment: new Dictionary<string, string>(StringComparer.Ordinal) { ["CCR_TEST_CLOCK_OFFSET"] = offset }).Start();

        await installation.SendAsync(5);

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }

    [Theory(Timeout = Limit)]
    [InlineData("02:00:00")]
    [InlineData("-02:00:00")]
    public async Task Agent_ClockStepsUnderLoad_AnswersEveryEventAndPushesNoMachineTwice(string step)
    {
        await using var installation = await Installation.StartAsync();
        installation.SetFaults("delay=50ms");
        var stepped = installation.PathOf("stepped");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["CCR_TEST_CLOCK_OFFSET"] = step, ["CCR_TEST_CLOCK_FROM"] = stepped };
        installation.AddAgent(environment: environment).Start();

        await installation.SendAsync(40);
        await installation.UntilAsync(() => installation.Terminal.Count > 3);
        await File.WriteAllTextAsync(stepped, "", TestContext.Current.CancellationToken);

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_DiskIsFull_SendsNothingUntilThereIsRoom()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
        await using var installation = await Installation.StartAsync();
        await using var disk = await SmallDisk.MountAsync(installation.PathOf("agent-1"), kilobytes: 512);
        var agent = installation.AddAgent().Start();
        await installation.SendAsync(3);
        await installation.CompleteAsync();

        disk.Fill();
        await installation.SendAsync(10);
        await installation.UntilAsync(() => agent.Log.Contains("CCR5104", StringComparison.Ordinal));
        Assert.Equal(3, installation.Submitted.Count);
        disk.Free();

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_StoppedUnderLoad_EndsInTimeAndTheNextOneGoesOn()
    {
        await using var installation = await Installation.StartAsync();
        installation.SetFaults("delay=2s");
        var config = installation.Configure();
        var agent = installation.AddAgent(config).Start();
        await installation.SendAsync(30);
        await installation.UntilAsync(() => installation.Submitted.Count >= 10);

        // A host that needs more than the 30 seconds it has does not end with 0.
        Assert.Equal(0, await agent.StopAsync());
        installation.SetFaults("delay=0s");
        installation.AddAgent(config).Start();
        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_AwayUntilItsCommandsExpired_SendsThemNoMore()
    {
        await using var installation = await Installation.StartAsync();
        var config = installation.Configure();
        var agent = installation.AddAgent(config).Start();
        await installation.StopManagementPointAsync();
        await installation.SendAsync(3);
        await installation.UntilAsync(() => agent.Log.Split("was not sent").Length > 3);
        Assert.Equal(0, await agent.StopAsync());
        await installation.StartManagementPointAsync();

        // A clock that says so is as good as two days; only of a command in its journal is it believed.
        installation.AddAgent(config, new Dictionary<string, string>(StringComparer.Ordinal) { ["CCR_TEST_CLOCK_OFFSET"] = "2.00:00:00" }).Start();

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal((Outcome.Failed, "CCR2017"), (result.Outcome, result.Reason)));
        Assert.Empty(installation.Submitted);
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_StoppedWhileCommandsWaitForTheManagementPoint_CarriesThemOutAtItsNextStart()
    {
        await using var installation = await Installation.StartAsync();
        var config = installation.Configure();
        var agent = installation.AddAgent(config).Start();
        await installation.StopManagementPointAsync();
        await installation.SendAsync(5);
        await installation.UntilAsync(() => agent.Log.Split("was not sent").Length > 5);
        Assert.Equal(0, await agent.StopAsync());
        await installation.StartManagementPointAsync();

        installation.AddAgent(config).Start();

        await installation.CompleteAsync();
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
    }
}
