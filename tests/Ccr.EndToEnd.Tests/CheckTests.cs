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
    public async Task Check_OfASiteBehindTheRelay_SaysWhoListensAndHowLongTheWayTakes()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--relay", "--no-processing", "--data", folder.Path, "--json");
        await local.NextAsync("agent");
        var config = RelayConfigurationOf(folder);

        // As quick as a listener connects.
        CliResult run;
        do run = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.PathOf("ledger"));
        while (run.ExitCode != 0 && run.Output.Contains("CCR4023", StringComparison.Ordinal));

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"ok    relay http://127\.0\.0\.1:\d+/hq of site hq \(POST, as the key local\): local-hq in \d+ ms", run.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfASiteBehindARelayThatIsAway_SaysSoWithTheRemedyInFiveSeconds()
    {
        using var folder = new TemporaryFolder();
        var config = folder.Write("ccr.json", RelayConfiguration("http://127.0.0.1:1/hq", "c2VjcmV0", Convert.ToBase64String(new byte[32])));

        var run = await CcrCommand.RunAsync("check", "--config", config, "--data", folder.PathOf("ledger"));

        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"FAULT relay http://127\.0\.0\.1:1/hq of site hq \(POST, as the key local\): CCR4024: .*Check the host name, the firewall", run.Output);
    }

    [Fact(Timeout = Patience)]
    public async Task Check_OfAnAgentThatListens_AsksItsStatusPage()
    {
        using var folder = new TemporaryFolder();
        await using var local = CcrCommand.Start("local", "--relay", "--no-processing", "--data", folder.Path, "--json");
        var page = (await local.NextAsync("agent")).GetProperty("status").GetString()!;
        var config = System.Text.Json.Nodes.JsonNode.Parse(await File.ReadAllTextAsync(folder.PathOf("agent-hq", "agent.json"), TestContext.Current.CancellationToken))!;
        config["Agent:StatusPort"] = new Uri(page).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var running = folder.Write("running.json", config.ToJsonString());
        config["Agent:StatusPort"] = "1";
        var stopped = folder.Write("stopped.json", config.ToJsonString());

        CliResult run;
        do run = await CcrCommand.RunAsync("check", "--config", running);
        while (run.ExitCode != 0 && run.Output.Contains("not connected", StringComparison.Ordinal));
        var without = await CcrCommand.RunAsync("check", "--config", stopped);

        Assert.Equal((0, 0), (run.ExitCode, without.ExitCode));
        Assert.Matches(@"ok    relay http://127\.0\.0\.1:\d+/hq \(as the key local\)", run.Output);
        Assert.Contains("the agent does not answer on the port 1 of its status page: start it", without.Output);
    }

    private static string RelayConfigurationOf(TemporaryFolder folder)
    {
        using var agent = System.Text.Json.JsonDocument.Parse(File.ReadAllText(folder.PathOf("agent-hq", "agent.json")));
        string Of(string key) => agent.RootElement.GetProperty($"Ccr:Sites:hq:{key}").GetString()!;
        return folder.Write("ccr.json", RelayConfiguration(Of("Relay:Endpoint"), Of("Relay:Key"), Of("SigningKeys:0")));
    }

    private static string RelayConfiguration(string endpoint, string key, string signingKey) => $$"""
        { "Ccr": { "DefaultDomain": "CORP", "Targets": { "DomainControllers": [ "DC*" ] }, "Sites": { "hq": {
          "Transport": "Relay", "Relay": { "Endpoint": "{{endpoint}}", "KeyName": "local", "Key": "{{key}}" }, "SigningKeys": [ "{{signingKey}}" ] } } } }
        """;

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
