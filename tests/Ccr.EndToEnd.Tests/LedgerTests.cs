using Ccr.Core.Results;
using Ccr.EndToEnd.Tests.Support;
using Ccr.Hosting.Sqlite;

namespace Ccr.EndToEnd.Tests;

/// <summary>What is kept between runs, and what a person can ask and decide about it.</summary>
public sealed class LedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Local_AgainOnTheSameData_SubmitsNothingWithinTheCoolDown()
    {
        var first = await LocalAsync(Events(0, 200));
        var second = await LocalAsync(Events(1000, 200));

        Assert.Equal((200, 50, 0), Counts(first));
        Assert.Equal((200, 0, 0), Counts(second));
    }

    [Fact]
    public async Task History_MachineThatWasPushedAndAskedForAgain_ShowsBothAndTheCoolDown()
    {
        await LocalAsync(Events(0, 1));
        await LocalAsync(Events(1000, 1));

        var people = await CcrCommand.RunAsync("history", "corp\\pc00", "--data", _folder.Path);
        var json = await CcrCommand.RunAsync("history", "PC00", "--domain", "CORP", "--data", _folder.Path, "--json");

        Assert.Matches(@"(?s)Accepted .*Suppressed .*CORP\\PC00: cool-down until .*; 1 recent pushes\.", people.Output);
        Assert.Equal(["Accepted", "Suppressed"], json.All("result").Select(r => r.GetProperty("outcome").GetString()));
        Assert.Equal("CORP\\PC00", Assert.Single(json.All("machine")).GetProperty("key").GetString());
    }

    /// <summary>What stands in a ledger was perhaps written by somebody else: an older version, or whoever may write to the table.</summary>
    [Fact]
    public async Task History_WithWhatATerminalOrTheMarkupWouldObey_ShowsItAndNoMore()
    {
        var verdict = new Verdict(Outcome.Failed, new ReasonCode("CCR]3001", "[red]m[/", "r"), "a\u001b[2J]b\r\nAccepted \u202e");
        var nasty = ReinstallResult.Of("ccr-1", "ccr", "1", 1, 1, verdict, DateTimeOffset.UnixEpoch) with
        {
            Machine = "PC77]\u001b]0;x\u0007",
            Domain = "CORP[",
        };
        using (var ledger = SqliteLedgerStore.Open(_folder.PathOf("ledger.db")))
        {
            var state = await ledger.ReadAsync("CORP\\PC77", "ccr-1", TestContext.Current.CancellationToken);
            await ledger.TryWriteAsync(state, null, nasty, TestContext.Current.CancellationToken);
        }

        var people = await CcrCommand.RunAsync("history", "CORP\\PC77", "--data", _folder.Path);
        var json = await CcrCommand.RunAsync("history", "CORP\\PC77", "--data", _folder.Path, "--json");

        Assert.Equal(0, people.ExitCode);
        Assert.Contains("CORP[\\PC77]\\u001B]0;x\\u0007 CCR]3001  [red]m[/: a\\u001B[2J]b\\u000D\\u000AAccepted \\u202E", people.Output, StringComparison.Ordinal);
        Assert.Equal(2, people.Output.Trim().Split('\n').Length);
        Assert.DoesNotContain(people.Output + json.Output, c => char.IsControl(c) && c is not ('\n' or '\r'));
        Assert.Equal(nasty.Detail, Assert.Single(json.All("result")).GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Local_OneNameInTwoDomains_PushesAndAnswersForBothAndKeepsTheirHistoriesApart()
    {
        var config = _folder.Write("config.json", """
            { "Ccr": { "DefaultDomain": "CORP", "Targets": { "Domains": [ "CORP", "LAB" ] },
              "Events": { "DnsSuffixes": { "corp.example.com": "CORP", "lab.example.com": "LAB" } } } }
            """);
        var alert = """
            { "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": "a", "monitorCondition": "Fired",
              "targetResourceType": "microsoft.compute/virtualmachines", "configurationItems": [ "pc1.corp.example.com", "pc1.lab.example.com" ] } } }
            """.ReplaceLineEndings("");
        var other = Event(1, "PC2").Replace("\"PC2\"", "\"PC2\", \"domain\": \"LAB\"", StringComparison.Ordinal);

        var run = await CcrCommand.RunWithInputAsync(
            $"{alert}\n{Event(1, "PC2")}\n{other}\n", "local", "--events", "-", "--until-idle", "--json", "--data", _folder.Path, "--config", config);
        var history = await CcrCommand.RunAsync("history", "LAB\\PC1", "--data", _folder.Path, "--json");

        Assert.Equal((4, 4, 0), Counts(run));
        Assert.Equal(
            ["CORP\\PC1", "CORP\\PC2", "LAB\\PC1", "LAB\\PC2"],
            run.All("result").Select(result => $"{result.GetProperty("domain")}\\{result.GetProperty("machine")}").Order(StringComparer.Ordinal));
        Assert.Equal(["LAB"], history.All("result").Select(result => result.GetProperty("domain").GetString()));
    }

    [Fact]
    public async Task Pause_OnAndOff_HoldsARunningInstanceAndLetsItGoOn()
    {
        await LocalAsync(Events(0, 1));
        await CcrCommand.RunAsync("pause", "on", "--data", _folder.Path);
        var config = _folder.Write("config.json", """{ "Ccr": { "Submissions": { "HeldLookAfter": "00:00:01" } } }""");
        await using var local = CcrCommand.Start("local", "--json", "--data", _folder.Path, "--config", config);
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;

        await CcrCommand.RunAsync("send", _folder.Write("one.json", Event(1000, "PC77")), "--connection", connection);
        var held = await local.NextAsync("result");
        var off = await CcrCommand.RunAsync("pause", "off", "--data", _folder.Path);
        var done = await local.NextAsync("result");

        Assert.Equal(("Deferred", "CCR2014"), (held.GetProperty("outcome").GetString(), held.GetProperty("reason").GetString()));
        Assert.Contains("go on", off.Output);
        Assert.Equal("Accepted", done.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task Pause_OfASiteForATime_HoldsThatSiteAndSaysWhyAndUntilWhen()
    {
        await LocalAsync(Events(0, 1));

        var on = await CcrCommand.RunAsync("pause", "on", "--site", "hq", "--for", "04:00:00", "--why", "INC4711", "--data", _folder.Path);
        await using var local = CcrCommand.Start("local", "--json", "--data", _folder.Path);
        var connection = (await local.NextAsync("started")).GetProperty("connection").GetString()!;
        await CcrCommand.RunAsync("send", _folder.Write("one.json", Event(1000, "PC77")), "--connection", connection);
        var held = await local.NextAsync("result");

        Assert.StartsWith("The submissions to the site hq are paused until ", on.Output, StringComparison.Ordinal);
        Assert.Matches("paused the submissions to the site hq on .* until .* \\(INC4711\\)", held.GetProperty("detail").GetString());
    }

    /// <summary>It said "The brake is released", or paused nothing, and nobody noticed the misspelt name.</summary>
    [Theory]
    [InlineData("brake", "release", "hp")]
    [InlineData("pause", "on", "--site", "hp")]
    public async Task Operation_SiteThatNobodyKnows_IsAnErrorThatNamesTheKnownOnes(params string[] command)
    {
        await LocalAsync(Events(0, 1));

        var run = await CcrCommand.RunAsync([.. command, "--data", _folder.Path]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("there is no site 'hp'; known are hq", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BrakeAndRelease_NothingIsHeld_SayThat()
    {
        await LocalAsync(Events(0, 1));

        var brake = await CcrCommand.RunAsync("brake", "release", "hq", "--data", _folder.Path);
        var release = await CcrCommand.RunAsync("release", "CORP\\PC00", "--data", _folder.Path);

        Assert.Equal((0, "The brake of that site does not hold."), (brake.ExitCode, brake.Output.Trim()));
        Assert.Equal((0, "The machine is not in quarantine."), (release.ExitCode, release.Output.Trim()));
    }

    [Theory]
    [InlineData("CCR5903", "history", "PC01")]
    [InlineData("CCR5903", "history", "PC01", "--data", ".")]
    [InlineData("CCR5903", "history", "CORP\\PC01", "--data", ".", "--tables", "UseDevelopmentStorage=true")]
    [InlineData("CCR5901", "history", "CORP\\PC01", "--data", "no-such-folder")]
    [InlineData("CCR5903", "history", "CORP\\10.0.0.5", "--data", ".")]
    [InlineData("CCR5001", "release", "CORP\\PC01", "--tables", "https://account.example/?sig=x")]
    public async Task Command_WrongArguments_SaysWhatToWrite(string code, params string[] arguments)
    {
        var run = await CcrCommand.RunAsync(arguments);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith(code, run.Error);
        Assert.Single(run.Error.Trim().Split('\n'));
    }

    [Fact]
    public async Task Local_LedgerOfAnotherProgram_SaysSoInOneLine()
    {
        _folder.Write("ledger.db", new string('x', 10_000));

        var run = await CcrCommand.RunWithInputAsync(Events(0, 1), "local", "--events", "-", "--until-idle", "--data", _folder.Path);

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("CCR5102", run.Error);
    }

    public void Dispose() => _folder.Dispose();

    private static (int Results, int Submissions, int Lost) Counts(CliResult run)
    {
        var summary = Assert.Single(run.All("summary"));
        return (summary.GetProperty("results").GetInt32(), summary.GetProperty("submissions").GetInt32(), summary.GetProperty("lost").GetInt32());
    }

    private static string Events(int firstId, int count) => string.Join('\n', Enumerable.Range(0, count).Select(i => Event(firstId + i, $"PC{i % 50:00}")));

    private static string Event(int id, string machine) =>
        $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/cmdb", "id": "{{id}}", "data": { "machine": "{{machine}}" } }""";

    private Task<CliResult> LocalAsync(string events) =>
        CcrCommand.RunWithInputAsync(events, "local", "--events", "-", "--until-idle", "--json", "--data", _folder.Path);
}
