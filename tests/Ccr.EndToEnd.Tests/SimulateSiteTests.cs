using System.Text;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public sealed class SimulateSiteTests : IDisposable
{
    private const int Limit = 300_000;

    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Limit)]
    public async Task SimulateSite_WithFastTime_PushesWhatBothOfItsServersAreAskedFor()
    {
        var devices = _folder.Write("devices.json", """{ "devices": [{ "name": "PC01", "resourceId": 16777301 }] }""");
        await using var simulator = CcrCommand.Start("simulate-site", "--devices", devices, "--speed", "36000", "--data", _folder.PathOf("site"), "--json");
        var listening = await simulator.NextAsync("listening");
        using var client = new HttpClient();

        using var created = await client.PostAsync(
            new Uri(new Uri(listening.GetProperty("adminService").GetString()!), "AdminService/wmi/SMS_Collection.CreateCCR"),
            new StringContent("""{"ResourceID":16777301,"Forced":true}""", Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        var submitted = await CcrCommand.RunAsync(
            "submit", "--mp", listening.GetProperty("managementPoint").GetString()!, "--machine", "PC02", "--domain", "CORP");

        Assert.Equal((201, 0), ((int)created.StatusCode, submitted.ExitCode));
        var deleted = new List<string>();
        while (deleted.Count < 2)
        {
            var text = (await simulator.NextAsync("ccmLog")).GetProperty("text").GetString()!;
            if (text.EndsWith("is deleted.", StringComparison.Ordinal)) deleted.Add(text.Split('"')[3]);
        }

        Assert.Equal(["PC01", "PC02"], deleted.Order());
        Assert.Equal(0, (await simulator.StopAsync()).ExitCode);
        Assert.Equal(listening.GetProperty("log").GetString(), Path.GetFullPath(_folder.PathOf("site/Logs/ccm.log")));
    }

    [Fact(Timeout = Limit)]
    public async Task SimulateSite_WithoutAFolder_LeavesNothingBehind()
    {
        await using var simulator = CcrCommand.Start("simulate-site", "--json");
        var inboxes = (await simulator.NextAsync("listening")).GetProperty("inboxes").GetString()!;
        Assert.True(Directory.Exists(inboxes));

        var run = await simulator.StopAsync();

        Assert.Equal((0, false), (run.ExitCode, Directory.Exists(inboxes)));
    }

    [Theory]
    [InlineData("CCR5903: --fault cannot be read: Fault 'on=delete': 'delete' is no kind of request; write create, query or site. ", "--fault", "on=delete")]
    [InlineData("CCR5903: --mp-fault cannot be read: Fault 'denied': 'denied' is no fault; ", "--mp-fault", "denied")]
    [InlineData("CCR5903: --speed must be more than 0 and at most 1,000,000. ", "--speed", "0")]
    [InlineData("CCR5901: there is no file 'nowhere'. ", "--devices", "nowhere")]
    public async Task SimulateSite_Mistake_IsOneLineWithTheCauseAndTheFix(string error, params string[] arguments)
    {
        var run = await CcrCommand.RunAsync(["simulate-site", .. arguments]);

        Assert.StartsWith(error, run.Error);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task SimulateSite_DevicesOutsideTheForm_SaysWhere()
    {
        var file = _folder.Write("devices.json", """{ "devices": [{ "name": "PC01", "fate": "gone" }] }""");

        var run = await CcrCommand.RunAsync("simulate-site", "--devices", file);

        Assert.StartsWith("CCR5903: --devices cannot be read: 'gone' is no fate; write back=TIME,", run.Error);
        Assert.Contains("Path: $.devices[0].fate.", run.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task SimulateSite_PortTaken_SaysSoInOneLine()
    {
        await using var simulator = CcrCommand.Start("simulate-site", "--json");
        var port = new Uri((await simulator.NextAsync("listening")).GetProperty("adminService").GetString()!).Port;

        var run = await CcrCommand.RunAsync("simulate-site", "--admin-port", $"{port}");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("^CCR5904: the simulated AdminService cannot start: [^\n]+\n$", run.Error.ReplaceLineEndings("\n"));
    }

    public void Dispose() => _folder.Dispose();
}
