using Ccr.Agent.Tests.Support;
using Ccr.Core.Results;

namespace Ccr.Agent.Tests;

/// <summary>From the event to the result through an agent in its own process, which is killed (SIGKILL) on its way.</summary>
public class CrashTests
{
    private const int Limit = 300_000;
    private const int Machines = 5;

    [Theory(Timeout = Limit)]
    [InlineData("receive", 0)]
    [InlineData("claim", 0)]
    [InlineData("settle", 0)]
    [InlineData("mark", 1)]
    [InlineData("send", 1)]
    [InlineData("record", 0)]
    [InlineData("publish", 0)]
    [InlineData("close", 0)]
    public async Task Agent_KilledAfterAStep_AnswersEveryEventOnceAndPushesNoMachineTwice(string step, int indeterminate)
    {
        await using var installation = await Installation.StartAsync();
        var config = installation.Configure(change: config => config["Agent"]!["MaxConcurrent"] = 1);
        var agent = installation.AddAgent(config, CrashAfter(installation, step)).KeepRunning();

        await installation.SendAsync(Machines);

        await installation.CompleteAsync();
        Assert.Equal(2, agent.Starts);
        Assert.Equal(indeterminate, installation.Terminal.Count(result => result.Outcome == Outcome.Indeterminate));
        Assert.Equal(Machines - indeterminate, installation.Terminal.Count(result => result.Outcome == Outcome.Accepted));
        Assert.Equal(step == "mark" ? Machines - 1 : Machines, installation.Submitted.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_KilledWhileItTakesACommandThatOthersCouldHaveTaken_LeavesItToThem()
    {
        await using var installation = await Installation.StartAsync();
        var first = installation.Configure("agent-1", config =>
        {
            config["Agent"]!["MaxConcurrent"] = 1;
            config["Agent"]!["SharesQueue"] = true;
        });
        var agent = installation.AddAgent(first, CrashAfter(installation, "settle")).Start();

        await installation.SendAsync(Machines);
        await agent.EndAsync();

        // A clock that says so is as good as a minute.
        installation.AddAgent(first, new Dictionary<string, string>(StringComparer.Ordinal) { ["CCR_TEST_CLOCK_OFFSET"] = "00:01:00" }).Start();

        await installation.UntilAsync(() => installation.Terminal.Count == Machines - 1);
        Assert.All(installation.Terminal, result => Assert.Equal(Outcome.Accepted, result.Outcome));
        Assert.Equal(Machines - 1, installation.Submitted.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Agent_KilledAgainAndAgainUnderLoad_AnswersEveryEventOnceAndPushesNoMachineTwice()
    {
        await using var installation = await Installation.StartAsync();
        installation.SetFaults("delay=20ms");
        var agent = installation.AddAgent().KeepRunning();

        for (var kill = 1; kill <= 6; kill++)
        {
            var answered = installation.Terminal.Count;
            await installation.SendAsync(40);

            // Results of the one before can come while the next is not up yet, and then nothing would be killed.
            await installation.UntilAsync(() => agent.Starts >= kill && installation.Terminal.Count > answered + 5);
            agent.Kill();
        }

        await installation.CompleteAsync();
        Assert.InRange(agent.Starts, 6, 7);
    }

    [Fact(Timeout = Limit)]
    public async Task Agents_TwoOnOneQueueAndOneOfThemKilled_PushNoMachineTwice()
    {
        await using var installation = await Installation.StartAsync();
        installation.SetFaults("delay=20ms");
        var killed = installation.AddAgent(installation.Configure("agent-1", Share)).KeepRunning();

        for (var kill = 1; kill <= 4; kill++)
        {
            await installation.SendAsync(40);
            await installation.UntilAsync(() => installation.Terminal.Count > (kill * 40) - 30);

            // Later than the first, or it may be quicker with every command.
            if (kill == 1) installation.AddAgent(installation.Configure("agent-2", Share)).KeepRunning();
            killed.Kill();
        }

        await installation.CompleteAsync(sharedQueue: true);
        Assert.Equal(["agent-1", "agent-2"], installation.Terminal.Select(result => result.Agent!).Distinct().Order());

        static void Share(System.Text.Json.Nodes.JsonObject config) => config["Agent"]!["SharesQueue"] = true;
    }

    private static Dictionary<string, string> CrashAfter(Installation installation, string step) => new(StringComparer.Ordinal)
    {
        ["CCR_TEST_CRASH_AFTER"] = step,
        ["CCR_TEST_CRASHED"] = installation.PathOf("crashed"),
    };
}
