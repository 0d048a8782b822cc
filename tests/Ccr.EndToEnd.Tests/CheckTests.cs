using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public class CheckTests
{
    private const int Patience = 300_000;

    [Fact(Timeout = Patience)]
    public async Task Check_OfASoundInstallation_FindsAllWellAndPushesNothing()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--data", folder.Path, "--json");
        var started = await local.NextAsync("started");
        var config = folder.Write("ccr.json", ConfigurationFor(started.GetProperty("managementPoint").GetString()!.TrimEnd('/')));

        var run = await CcrCommand.RunAsync(
            "check", "--connection", started.GetProperty("connection").GetString()!, "--config", config, "--data", folder.Path, "--json");

        var checks = run.All("check").Where(check => !check.TryGetProperty("warning", out _)).ToList();
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(
            ["configuration", $"ledger (the first start makes it: {folder.PathOf("ledger.db")})", "Service Bus"],
            checks.Take(3).Select(check => check.GetProperty("name").GetString()));
        Assert.All(checks, check => Assert.True(check.GetProperty("ok").GetBoolean()));
        Assert.Equal(4, checks.Count);
        Assert.Empty(Directory.GetFiles(folder.PathOf("mp", "ccr.box")));
        Assert.False(File.Exists(folder.PathOf("ledger.db")));
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfAManagementPointThatDoesNotAnswer_NamesItAndFails()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", ConfigurationFor("http://127.0.0.1:1"));

        var run = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("ok    configuration", run.Output);
        Assert.Matches("FAULT management point 127.0.0.1:1 of site hq: CCR3", run.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Check_WithoutDomainControllers_WarnsAndDoesNotFailForIt()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--data", folder.Path, "--json");
        var started = await local.NextAsync("started");
        var config = folder.Write("ccr.json", ConfigurationFor(started.GetProperty("managementPoint").GetString()!.TrimEnd('/')));

        var run = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.PathOf("ledger"));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("warn  domain controllers: Ccr:Targets:DomainControllers names none", run.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfAFileThatOthersMayRead_Warns()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows gives a file the rights of its folder");
            return;
        }

        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", ConfigurationFor("http://127.0.0.1:1"));
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        var open = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.Path);
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var own = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.Path);

        Assert.Contains($"warn  configuration file: others may read or change {config}", open.Output);
        Assert.DoesNotContain("configuration file", own.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfALedgerThatIsNone_NamesItAndFails()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", ConfigurationFor("http://127.0.0.1:1"));
        folder.Write("ledger.db", new string('x', 10_000));

        var run = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("FAULT ledger: CCR5102", run.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfAMisspeltSetting_NamesItAndAsksNobody()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", """{ "Ccr": { "DefaultDomian": "CORP", "Sites": { "hq": { } } } }""");

        var run = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.Path);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("CCR5002: Ccr:DefaultDomian", run.Error);
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfAnAgentsFile_AsksItsQueueItsFolderAndItsManagementPoint()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--no-processing", "--json");
        var started = await local.NextAsync("started");
        var config = folder.Write("agent.json", $$"""
            {
              "ServiceBus": "{{started.GetProperty("connection").GetString()}}", "Agent": { "DataDirectory": {{System.Text.Json.JsonSerializer.Serialize(folder.Path)}} },
              "Ccr": { "DefaultDomain": "CORP", "Sites": { "hq": {
                "SigningKeys": [ "{{Convert.ToBase64String(new byte[32])}}" ],
                "ManagementPoints": [ { "Address": "{{started.GetProperty("managementPoint").GetString()!.TrimEnd('/')}}" } ] } } }
            }
            """);

        var run = await CcrCommand.RunAsync("check", "--config", config, "--json");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            ["configuration", $"journal folder {folder.Path}", "queue ccr-agent-hq"],
            run.All("check").Take(3).Select(check => check.GetProperty("name").GetString()));
        Assert.Equal(4, run.All("check").Count);
        Assert.False(File.Exists(folder.PathOf("journal.db")));
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfAnAgentsFileWithSeveralFaults_NamesThemAll()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("agent.json", """
            {
              "ServiceBus": "Endpoint=nowhere", "Agent": { "DataDirectroy": "x", "MaxConcurrent": "many" },
              "Ccr": { "DefaultDomain": "CORP", "Sites": { "hq": { "SigningKeys": [ "short" ], "ManagementPoints": [ { "Address": "mp01" } ] } } }
            }
            """);

        var run = await CcrCommand.RunAsync("check", "--config", config);

        Assert.Equal(2, run.ExitCode);
        foreach (var setting in new[] { "Agent:DataDirectroy", "Agent:MaxConcurrent", "Ccr:Sites:hq:SigningKeys:0", "Ccr:Sites:hq:ManagementPoints:0:Address", "ServiceBus" })
            Assert.Contains(setting, run.Error);
    }

    [Theory(Timeout = Patience)]
    [InlineData("\"Transport\": \"Agent\",", false)]
    [InlineData("", true)]
    public async Task Check_OfASiteWithAgentsThatNeedSignNothing_SaysSoAndWithoutThatNamesTheMissingKey(string transport, bool isAgents)
    {
        using var folder = new TemporaryFolder();
        var agent = isAgents ? $$""", "Agent": { "DataDirectory": "{{folder.Path}}" }, "ServiceBus": "{{Unreachable}}" """ : "";

        var without = await CcrCommand.RunAsync("check", "--config", folder.Write("without.json", ConfigurationOf("")));
        var with = await CcrCommand.RunAsync("check", "--config", folder.Write("with.json", ConfigurationOf("\"AllowUnsigned\": true,")));

        Assert.Equal(2, without.ExitCode);
        Assert.Contains("CCR5001: Ccr:Sites:hq:SigningKeys is empty", without.Error);
        Assert.Contains("warn  signatures: CCR5003: AllowUnsigned is true: unsigned commands and results are believed, of site hq.", with.Output);

        string ConfigurationOf(string setting) => $$"""
            { "Ccr": { "DefaultDomain": "CORP", "Targets": { "Domains": [ "CORP" ] },
              "Sites": { "hq": { {{transport}} {{setting}} "ManagementPoints": [ { "Address": "http://127.0.0.1:1" } ] } } },
              "Ledger": { "InMemory": true } {{agent}} }
            """;
    }

    private const string Unreachable = "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=x;SharedAccessKey=secret;UseDevelopmentEmulator=true";

    private static string ConfigurationFor(string address) =>
        $$"""{ "Ccr": { "DefaultDomain": "CORP", "Sites": { "hq": { "ManagementPoints": [ { "Address": "{{address}}" } ] } } } }""";
}
