using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public class ProcessTests
{
    private const int Patience = 60_000;

    [Fact(Timeout = Patience)]
    public async Task Process_OnABrokerOfItsOwnProcess_CarriesEventsThroughToResults()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--data", folder.Path, "--json");
        var started = await local.NextAsync("started");
        var connection = started.GetProperty("connection").GetString()!;
        var config = folder.Write("ccr.json", $$"""{ "Ccr": { "DefaultDomain": "CORP", "Freshness": { "MaxAge": "00:00:00" }, "Sites": { "hq": { "ManagementPoints": [ { "Address": "{{started.GetProperty("managementPoint").GetString()!.TrimEnd('/')}}" } ] } } } }""");
        await using var process = CcrCommand.Start("process", "--connection", connection, "--config", config, "--json");
        await process.NextAsync("processing");

        var sent = await CcrCommand.RunAsync("send", Repository.PathOf("tests", "events", "ccr-client-broken.json"), "--connection", connection);

        Assert.Equal(0, sent.ExitCode);
        Assert.Equal("Accepted", (await local.NextAsync("result")).GetProperty("outcome").GetString());
        Assert.Single(Directory.GetFiles(folder.PathOf("mp", "ccr.box"), "*.ccr"));
        Assert.Equal(0, (await process.StopAsync()).ExitCode);
    }

    [Fact(Timeout = Patience)]
    public async Task Process_WithSeveralFaultsInItsConfiguration_NamesThemAllAndDoesNotStart()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", """{ "Ccr": { "DefaultDomain": "CORP.EXAMPLE.COM", "Sites": { "hq": { "ManagementPoints": [ { "Address": "http://user:secret@mp01/path" } ] } } } }""");

        var run = await CcrCommand.RunAsync("process", "--connection", "Endpoint=sb://localhost;UseDevelopmentEmulator=maybe", "--config", config);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Ccr:DefaultDomain", run.Error);
        Assert.Contains("Ccr:Sites:hq:ManagementPoints:0:Address", run.Error);
        Assert.Contains("ServiceBus", run.Error);
        Assert.DoesNotContain("secret", run.Error);
    }
}
