using System.Text.Json;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary><c>ccr local --agent</c>: the agent is a process of its own.</summary>
public class AgentTests
{
    private const int Patience = 300_000;

    [Fact(Timeout = Patience)]
    public async Task Local_WithAgent_HasItCarryOutWhatIsAdmittedAndLosesNothing()
    {
        using var folder = new TemporaryFolder();

        var run = await CcrCommand.RunAsync(
            "local", "--agent", "--events", Repository.PathOf("tests", "events"), "--until-idle", "--data", folder.Path, "--json");

        var summary = Assert.Single(run.All("summary"));
        var accepted = run.All("result").Where(result => OutcomeOf(result) == "Accepted").ToList();
        Assert.Equal((0, 0, ""), (run.ExitCode, summary.GetProperty("lost").GetInt32(), run.Error));
        Assert.Equal(
            (accepted.Count, accepted.Count),
            (summary.GetProperty("submissions").GetInt32(), run.All("result").Count(result => OutcomeOf(result) == "Dispatched")));
        Assert.All(accepted, result => Assert.Equal("local-hq", result.GetProperty("agent").GetString()));
        Assert.Equal(accepted.Count, Directory.GetFiles(folder.PathOf("mp", "ccr.box"), "*.ccr").Length);
        Assert.True(File.Exists(folder.PathOf("agent-hq", "journal.db")));
    }

    [Fact(Timeout = Patience)]
    public async Task Local_WithAgent_ShowsItsProcessAndItsStatus()
    {
        await using var local = CcrCommand.Start("local", "--agent", "--json");

        var agent = await local.NextAsync("agent");

        using var client = new HttpClient();
        using var status = JsonDocument.Parse(await client.GetStringAsync(agent.GetProperty("status").GetString(), TestContext.Current.CancellationToken));
        Assert.NotEqual(Environment.ProcessId, agent.GetProperty("process").GetInt32());
        Assert.Equal(("local-hq", "hq"), (status.RootElement.GetProperty("name").GetString(), status.RootElement.GetProperty("site").GetString()));
        Assert.Equal(0, (await local.StopAsync()).ExitCode);
    }

    [Fact(Timeout = Patience)]
    public async Task Local_WithAgentAndSitesOfItsOwn_StartsOneForEach()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", """{ "Ccr": { "DefaultSite": "paris", "Sites": { "paris": {}, "oslo": {} } } }""");
        var events = folder.Write("events.ndjson", """
            { "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/t", "id": "1", "data": { "machine": "PC01" } }
            { "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/t", "id": "2", "data": { "machine": "PC02", "site": "oslo" } }
            """);

        var run = await CcrCommand.RunAsync("local", "--agent", "--config", config, "--events", events, "--until-idle", "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            ["local-oslo", "local-paris"],
            run.All("result").Where(result => OutcomeOf(result) == "Accepted").Select(result => result.GetProperty("agent").GetString()!).Order());
    }

    [Fact(Timeout = Patience)]
    public async Task Local_WithRelay_HasTheSameCountsAsWithoutThroughAnAgentThatListens()
    {
        using var folder = new TemporaryFolder();
        var events = Repository.PathOf("tests", "events");

        var direct = await CcrCommand.RunAsync("local", "--events", events, "--until-idle", "--json");
        var relayed = await CcrCommand.RunAsync("local", "--relay", "--events", events, "--until-idle", "--data", folder.Path, "--json");

        Assert.Equal((0, "", Assert.Single(direct.All("summary")).ToString()), (relayed.ExitCode, relayed.Error, Assert.Single(relayed.All("summary")).ToString()));
        var accepted = relayed.All("result").Where(result => OutcomeOf(result) == "Accepted").ToList();
        Assert.All(accepted, result => Assert.Equal("local-hq", result.GetProperty("agent").GetString()));
        Assert.Equal(accepted.Count, Directory.GetFiles(folder.PathOf("mp", "ccr.box"), "*.ccr").Length);
        Assert.DoesNotContain("Dispatched", relayed.All("result").Select(OutcomeOf));
    }

    [Fact(Timeout = Patience)]
    public async Task Local_WithAgentAndWithRelay_IsRefusedInOneLine()
    {
        var run = await CcrCommand.RunAsync("local", "--agent", "--relay");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("CCR5903: --agent and --relay exclude each other: write one of them", Assert.Single(run.Error.Trim().Split('\n')), StringComparison.Ordinal);
    }

    private static string? OutcomeOf(JsonElement result) => result.GetProperty("outcome").GetString();
}
