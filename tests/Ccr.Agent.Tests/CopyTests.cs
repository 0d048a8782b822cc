using System.Globalization;
using Ccr.Agent.Tests.Support;

namespace Ccr.Agent.Tests;

/// <summary>
/// Captured commands that somebody sends again, while agents are killed. CCR_TEST_COMMANDS says how many commands: 120 by default, 10000 is the number
/// that proves something.
/// </summary>
public class CopyTests
{
    private const int Limit = 3_600_000;
    private const int Kills = 4;
    private const int AtATime = 40;

    private static readonly int Commands =
        int.Parse(Environment.GetEnvironmentVariable("CCR_TEST_COMMANDS") ?? "120", CultureInfo.InvariantCulture);

    /// <summary>Some at a time, so that an agent has a command and its copies in hand at once: more than a management point takes at a time.</summary>
    private static async Task SendAsync(Installation installation, int copies, bool underOtherIds)
    {
        for (var sent = 0; sent < Commands; sent += AtATime)
        {
            await installation.SendAsync(Math.Min(AtATime, Commands - sent));
            await installation.SendCopiesAsync(copies, underOtherIds);
        }
    }

    /// <summary>One agent needs no help from the broker: its journal knows what it took.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Agent_CopiesOnAQueueThatDropsNone_PushesEachMachineOnce(int copies)
    {
        await using var installation = await Installation.StartAsync(dropsCopies: false);
        installation.SetFaults("delay=10ms");
        await SendAsync(installation, copies, underOtherIds: false);
        var agent = installation.AddAgent(installation.Configure(change: config => config["Agent"]!["MaxConcurrent"] = 200)).KeepRunning();

        for (var kill = 1; kill <= Kills; kill++)
        {
            await installation.UntilAsync(() => installation.Terminal.Count >= Commands / (Kills + 1) * kill);
            agent.Kill();
        }

        await installation.CompleteAsync();
    }

    /// <summary>Of two agents none knows what the other took: here the broker drops copies, and agents refuse those that have another id.</summary>
    [Theory(Timeout = Limit)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task Agents_TwoOnOneQueueAndCopies_PushEachMachineOnce(int copies)
    {
        await using var installation = await Installation.StartAsync();
        installation.SetFaults("delay=10ms");
        await SendAsync(installation, copies, underOtherIds: true);
        AgentProcess[] agents = [Add("agent-1"), Add("agent-2")];

        for (var kill = 1; kill <= Kills; kill++)
        {
            await installation.UntilAsync(() => installation.Terminal.Count >= Commands / (Kills + 1) * kill);
            agents[kill % 2].Kill();
        }

        await installation.CompleteAsync(sharedQueue: true);
        Assert.Equal(copies > 2, agents.Any(agent => agent.Log.Contains("CCR4606", StringComparison.Ordinal)));

        AgentProcess Add(string name) => installation.AddAgent(installation.Configure(name, config =>
        {
            config["Agent"]!["SharesQueue"] = true;
            config["Agent"]!["MaxConcurrent"] = 200;
        })).KeepRunning();
    }
}
