using System.Text.Json;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public class ProcessTests
{
    private const int Patience = 300_000;

    [Fact(Timeout = Patience)]
    public async Task Process_OnABrokerOfItsOwnProcess_CarriesEventsThroughToResults()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--data", folder.Path, "--json");
        var started = await local.NextAsync("started");
        var connection = started.GetProperty("connection").GetString()!;
        var config = folder.Write("ccr.json", $$"""{ "Ccr": { "DefaultDomain": "CORP", "Freshness": { "MaxAge": "00:00:00" }, "Sites": { "hq": { "ManagementPoints": [ { "Address": "{{AddressIn(started)}}" } ] } } } }""");
        await using var process = CcrCommand.Start("process", "--connection", connection, "--config", config, "--data", folder.Path, "--json");
        await process.NextAsync("processing");

        var sent = await CcrCommand.RunAsync("send", Repository.PathOf("tests", "events", "ccr-client-broken.json"), "--connection", connection);

        Assert.Equal(0, sent.ExitCode);
        Assert.Equal("Accepted", (await local.NextAsync("result")).GetProperty("outcome").GetString());
        Assert.Single(Directory.GetFiles(folder.PathOf("mp", "ccr.box"), "*.ccr"));
        Assert.Equal(0, (await process.StopAsync()).ExitCode);
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Process_StartedAgain_StillKnowsWhatWasPushed(bool isNamedByArgument)
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var started = await local.NextAsync("started");
        var connection = started.GetProperty("connection").GetString()!;
        var ledger = isNamedByArgument ? "" : $$""", "Ledger": { "Path": {{JsonSerializer.Serialize(folder.PathOf("kept.db"))}} }""";
        var config = folder.Write("ccr.json", $$"""{ "Ccr": { "DefaultDomain": "CORP", "Freshness": { "MaxAge": "00:00:00" }, "Sites": { "hq": { "ManagementPoints": [ { "Address": "{{AddressIn(started)}}" } ] } } }{{ledger}} }""");
        string[] process = ["process", "--connection", connection, "--config", config, "--json", .. isNamedByArgument ? new[] { "--data", folder.Path } : []];
        var outcomes = new List<string?>();

        foreach (var id in new[] { "1", "2" })
        {
            await using var running = CcrCommand.Start(process);
            await running.NextAsync("processing");
            await CcrCommand.RunAsync("send", folder.Write("event.json", $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "{{id}}", "data": { "machine": "PC01" } }"""), "--connection", connection);
            outcomes.Add((await local.NextAsync("result")).GetProperty("outcome").GetString());
            Assert.Equal(0, (await running.StopAsync()).ExitCode);
        }

        Assert.Equal(["Accepted", "Suppressed"], outcomes);
        Assert.True(File.Exists(folder.PathOf(isNamedByArgument ? "ledger.db" : "kept.db")));
    }

    [Fact(Timeout = Patience)]
    public async Task Process_WithALedgerThatCannotBeOpened_NamesItBesideTheOtherFaults()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", """{ "Ccr": { "DefaultDomain": "CORP" } }""");
        Directory.CreateDirectory(folder.PathOf("ledger.db"));

        var run = await CcrCommand.RunAsync(
            "process", "--connection", "Endpoint=sb://localhost;UseDevelopmentEmulator=true", "--config", config, "--data", folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("CCR5001: Ccr:Sites", run.Error);
        Assert.Contains("CCR5101: Ledger:", run.Error);
    }

    [Fact(Timeout = Patience)]
    public async Task Process_WithSeveralFaultsInItsConfiguration_NamesThemAllAndDoesNotStart()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", """{ "Ccr": { "DefaultDomain": "CORP.EXAMPLE.COM", "Sites": { "hq": { "ManagementPoints": [ { "Address": "http://user:secret@mp01/path" } ] } } } }""");

        var run = await CcrCommand.RunAsync(
            "process", "--connection", "Endpoint=sb://localhost;UseDevelopmentEmulator=maybe", "--config", config, "--data", folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Ccr:DefaultDomain", run.Error);
        Assert.Contains("Ccr:Sites:hq:ManagementPoints:0:Address", run.Error);
        Assert.Contains("ServiceBus", run.Error);
        Assert.DoesNotContain("secret", run.Error);
    }

    private static string AddressIn(JsonElement started) => started.GetProperty("managementPoint").GetString()!.TrimEnd('/');
}
