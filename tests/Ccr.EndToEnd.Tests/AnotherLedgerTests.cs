using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>What two ledgers, and one from a backup, look like to whoever operates them.</summary>
public class AnotherLedgerTests
{
    private const int Patience = 300_000;

    [Fact(Timeout = Patience)]
    public async Task Process_BesideAnotherLedger_IsRefusedUnlessAskedFor_AndThenCheckFails()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var started = await local.NextAsync("started");
        var (connection, config) = (started.GetProperty("connection").GetString()!, folder.Write("ccr.json", Configuration(started, "false")));
        await using var first = CcrCommand.Start("process", "--connection", connection, "--config", config, "--data", folder.PathOf("a"), "--json");
        await first.NextAsync("processing");

        var refused = await CcrCommand.RunAsync("process", "--connection", connection, "--config", config, "--data", folder.PathOf("b"));

        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("CCR5109: Ledger: ", refused.Error);
        Assert.Contains(folder.PathOf("a"), refused.Error);

        config = folder.Write("ccr.json", Configuration(started, "true"));
        await using var second = CcrCommand.Start("process", "--connection", connection, "--config", config, "--data", folder.PathOf("b"), "--json");
        await second.NextAsync("processing");
        await first.StopAsync();
        await SendAsync(folder, connection, "PC01", "1");
        await local.NextAsync("result");

        var check = await CcrCommand.RunAsync("check", "--connection", connection, "--config", config, "--data", folder.PathOf("a"));

        Assert.Equal(1, check.ExitCode);
        Assert.Matches("FAULT results are of this ledger \\([0-9a-f]{32}\\): CCR5106", check.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Ledger_Restored_HoldsEveryMachineUntilThen()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var started = await local.NextAsync("started");
        var (connection, config) = (started.GetProperty("connection").GetString()!, folder.Write("ccr.json", Configuration(started, "false")));
        string[] process = ["process", "--connection", connection, "--config", config, "--data", folder.Path, "--json"];
        await using (var running = CcrCommand.Start(process))
        {
            await running.NextAsync("processing");
            await running.StopAsync();
        }

        var restored = await CcrCommand.RunAsync("ledger", "restored", "--until", "2999-01-31T18:00:00Z", "--data", folder.Path);
        await using var again = CcrCommand.Start(process);
        await SendAsync(folder, connection, "PC01", "1");
        var result = await local.NextAsync("result");

        Assert.Equal((0, ""), (restored.ExitCode, restored.Error));
        Assert.Contains("Every machine is held until 2999-01-31 18:00:00Z", restored.Output);
        Assert.Equal(("Deferred", "CCR2014"), (result.GetProperty("outcome").GetString(), result.GetProperty("reason").GetString()));
        Assert.Contains("ledger restored", result.GetProperty("detail").GetString());
    }

    [Fact(Timeout = Patience)]
    public async Task Ledger_RestoredUntilATimeThatIsPast_IsRefused()
    {
        using var folder = new TemporaryFolder();

        var run = await CcrCommand.RunAsync("ledger", "restored", "--until", "2001-01-31T18:00:00Z", "--data", folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--until 2001-01-31 18:00:00Z is past", run.Error);
    }

    private static Task<CliResult> SendAsync(TemporaryFolder folder, string connection, string machine, string id) => CcrCommand.RunAsync(
        "send",
        folder.Write(
            "event.json",
            $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "{{id}}", "data": { "machine": "{{machine}}" } }"""),
        "--connection",
        connection);

    private static string Configuration(System.Text.Json.JsonElement started, string allowOthers) => $$"""
        {
          "Ledger": { "AllowOthers": {{allowOthers}} },
          "Ccr": { "DefaultDomain": "CORP", "Freshness": { "MaxAge": "00:00:00" },
            "Sites": { "hq": { "ManagementPoints": [ { "Address": "{{started.GetProperty("managementPoint").GetString()!.TrimEnd('/')}}" } ] } } }
        }
        """;
}
