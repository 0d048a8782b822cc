using System.Text.Json;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public sealed class LocalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Local_SampleEvents_LeavesOneCcrFileAndOneLogLineForEachAcceptedMachine()
    {
        var run = await CcrCommand.RunAsync("local", "--events", Repository.PathOf("tests", "events"), "--until-idle", "--json", "--data", _folder.Path);

        var accepted = run.All("result").Where(r => Text(r, "outcome") == "Accepted").Select(r => Text(r, "machine")).Order().ToList();
        var files = Directory.EnumerateFiles(_folder.PathOf("mp", "ccr.box"), "*.ccr").Select(f => Path.GetFileNameWithoutExtension(f)!).Order().ToList();
        var requests = File.ReadLines(_folder.PathOf("mp", "requests.log")).Where(line => line[0] != '#').ToList();
        Assert.Equal(0, run.ExitCode);
        Assert.NotEmpty(accepted);
        Assert.Equal(accepted, files);
        Assert.Equal(accepted.Count, requests.Count);
        Assert.All(accepted, machine => Assert.Single(requests, line => line.Contains($" SMS_POST /sms_mp/machine.ccr mn={machine}&dn=")));
    }

    [Fact]
    public async Task Local_SampleEvents_EndsWithASummaryThatBalances()
    {
        var run = await CcrCommand.RunAsync("local", "--events", Repository.PathOf("tests", "events"), "--until-idle", "--json");

        var summary = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement.GetProperty("summary");
        string[] outcomes = ["accepted", "suppressed", "ignored", "rejected", "failed", "indeterminate", "dryRun"];
        Assert.Equal(0, Count(summary, "lost"));
        Assert.Equal(run.All("result").Count, Count(summary, "results"));
        Assert.Equal(Count(summary, "results"), outcomes.Sum(outcome => Count(summary, outcome)));
        Assert.Equal(Count(summary, "accepted"), Count(summary, "submissions"));
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Local_TwoHundredEventsForFiftyMachines_Gives200ResultsAnd50Submissions()
    {
        var events = string.Join('\n', Enumerable.Range(0, 200).Select(i => Event(i, $"PC{i % 50:00}")));

        var run = await CcrCommand.RunWithInputAsync(events, "local", "--events", "-", "--until-idle", "--json");

        var summary = Assert.Single(run.All("summary"));
        Assert.Equal((200, 200, 50, 150, 0, 50), (
            Count(summary, "events"), Count(summary, "results"), Count(summary, "accepted"), Count(summary, "suppressed"), Count(summary, "lost"),
            Count(summary, "submissions")));
        Assert.Equal(200, run.All("result").Select(r => Text(r, "requestId")).Distinct().Count());
    }

    [Fact]
    public async Task Local_SameEventTwice_IsOneRequestWithOneResult()
    {
        var run = await CcrCommand.RunWithInputAsync($"{Event(1, "PC01")}\n{Event(1, "PC01")}\n", "local", "--events", "-", "--until-idle", "--json");

        var summary = Assert.Single(run.All("summary"));
        Assert.Equal(
            (2, 1, 1, 0, 1),
            (Count(summary, "events"), Count(summary, "results"), Count(summary, "accepted"), Count(summary, "lost"), Count(summary, "submissions")));
    }

    [Fact]
    public async Task Local_ForPeople_ShowsEachResultAndTheSummary()
    {
        var run = await CcrCommand.RunWithInputAsync(Event(1, "PC01"), "local", "--events", "-", "--until-idle");

        Assert.Contains("Accepted      CORP\\PC01", run.Output);
        Assert.Matches("lost +0", run.Output);
        Assert.DoesNotContain("\u001b", run.Output);
    }

    [Fact]
    public async Task Local_WithoutUntilIdle_TakesEventsOfOthersUntilItIsStopped()
    {
        await using var local = CcrCommand.Start("local", "--json");
        var connection = Text(await local.NextAsync("started"), "connection");

        var sent = await CcrCommand.RunAsync("send", _folder.Write("one.json", Event(1, "PC01")), "--connection", connection, "--json");
        var result = await local.NextAsync("result");
        var stopped = await local.StopAsync();

        Assert.Single(sent.All("sent")[0].GetProperty("events").EnumerateArray());
        Assert.Equal("Accepted", Text(result, "outcome"));
        Assert.Equal(0, stopped.ExitCode);
    }

    [Fact]
    public async Task Local_ConfiguredSites_AreAllServedByTheSimulatedManagementPoint()
    {
        var config = _folder.Write("ccr.json", """
            { "Ccr": { "DefaultDomain": "LAB", "DefaultSite": "hq", "Sites": {
                "hq": { "ManagementPoints": [ { "Address": "http://mp-hq.invalid" } ] },
                "paris": { "ManagementPoints": [ { "Address": "https://mp-paris.invalid" } ] } } } }
            """);
        var events = $"{Event(1, "PC01")}\n{Event(2, "PC02", site: "paris")}\n{Event(3, "PC03", site: "rome")}";

        var run = await CcrCommand.RunWithInputAsync(events, "local", "--events", "-", "--until-idle", "--json", "--config", config);

        Assert.Equal(
            [("PC01", "LAB", "hq", "Accepted"), ("PC02", "LAB", "paris", "Accepted")],
            run.All("result").Where(r => r.TryGetProperty("site", out _)).Select(
                r => (Text(r, "machine"), Text(r, "domain"), Text(r, "site"), Text(r, "outcome"))).Order());
        Assert.Equal("CCR1012", Text(Assert.Single(run.All("result"), r => Text(r, "outcome") == "Rejected"), "reason"));
    }

    public void Dispose() => _folder.Dispose();

    private static string Event(int id, string machine, string? site = null) =>
        JsonSerializer.Serialize(new { specversion = "1.0", type = "ccr.reinstall.requested", source = "/test", id = $"{id}", data = new { machine, site } });

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static int Count(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
