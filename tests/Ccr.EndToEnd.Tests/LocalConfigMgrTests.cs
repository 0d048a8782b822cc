using System.Text.Json;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary><c>ccr local --site configmgr</c>: the site is one of today, and is asked through its AdminService.</summary>
public sealed class LocalConfigMgrTests : IDisposable
{
    private const int Patience = 300_000;
    private const string CreateCcr = " POST /AdminService/wmi/SMS_Collection.CreateCCR ";

    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Patience)]
    public async Task Local_SampleEvents_HasTheSameCountsAsOfSms2003()
    {
        var run = await RunSamplesAsync();

        Assert.Equal(
            """{"events":50,"results":81,"accepted":39,"suppressed":1,"ignored":21,"rejected":17,"failed":0,"indeterminate":0,"dryRun":3,"lost":0,"submissions":39}""",
            Assert.Single(run.All("summary")).ToString());
        Assert.Equal(AcceptedOf(run), ReadAskedFor());
        Assert.True(File.Exists(_folder.PathOf("ledger.db")));
        Assert.True(Directory.Exists(_folder.PathOf("site", "inboxes", "ccr.box")));
    }

    [Fact(Timeout = Patience)]
    public async Task Local_WithAgent_HasItAskTheAdminServiceOnceForEachAcceptedMachine()
    {
        var run = await RunSamplesAsync("--agent");

        Assert.Equal((39, 39, 0), CountsOf(run));
        Assert.Equal(AcceptedOf(run), ReadAskedFor());
        Assert.All(Accepted(run), result => Assert.Equal("local-hq", result.GetProperty("agent").GetString()));
        Assert.Equal(39, run.All("result").Count(result => result.GetProperty("outcome").GetString() == "Dispatched"));
    }

    [Fact(Timeout = Patience)]
    public async Task Local_WithRelay_HasTheAgentThatListensAskTheAdminServiceOnceForEachAcceptedMachine()
    {
        var run = await RunSamplesAsync("--relay");

        Assert.Equal((39, 39, 0), CountsOf(run));
        Assert.Equal(AcceptedOf(run), ReadAskedFor());
        Assert.All(Accepted(run), result => Assert.Equal("local-hq", result.GetProperty("agent").GetString()));
    }

    [Fact(Timeout = Patience)]
    public async Task Local_WhileItRuns_HasAnAdminServiceThatCanBeAskedByHand()
    {
        await using var local = CcrCommand.Start("local", "--site", "configmgr", "--json");
        var address = (await local.NextAsync("started")).GetProperty("adminService").GetString()!;

        var submitted = await CcrCommand.RunAsync("submit", "--admin-service", address, "--machine", "PC01", "--domain", "CORP");

        Assert.Equal((0, $"CCR generated for PC01{Environment.NewLine}", ""), (submitted.ExitCode, submitted.Output, submitted.Error));
    }

    [Fact]
    public async Task Local_SiteOfAnotherKind_IsRefusedAndSaysWhichThereAre()
    {
        var run = await CcrCommand.RunAsync("local", "--site", "sms1999");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("CCR5903: ", run.Error);
        Assert.Contains("configmgr", run.Error);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<CliResult> RunSamplesAsync(params string[] options)
    {
        var run = await CcrCommand.RunAsync(
            [
                "local", "--site", "configmgr", "--events", Repository.PathOf("tests", "events"), "--until-idle", "--json", "--data", _folder.Path, .. options,
            ]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    /// <summary>The devices that the log says a CCR was asked for.</summary>
    private IEnumerable<string> ReadAskedFor() => File.ReadLines(_folder.PathOf("adminservice", "requests.log"))
        .Where(line => line.Contains(CreateCcr, StringComparison.Ordinal))
        .Select(line => line.Split("device=")[1].Split(' ')[0])
        .Order();

    private static IEnumerable<string> AcceptedOf(CliResult run) => Accepted(run).Select(result => result.GetProperty("machine").GetString()!).Order();

    private static IEnumerable<JsonElement> Accepted(CliResult run) =>
        run.All("result").Where(result => result.GetProperty("outcome").GetString() == "Accepted");

    private static (int Accepted, int Submissions, int Lost) CountsOf(CliResult run)
    {
        var summary = Assert.Single(run.All("summary"));
        return (Of("accepted"), Of("submissions"), Of("lost"));

        int Of(string name) => summary.GetProperty(name).GetInt32();
    }
}
