using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary><c>ccr submit --admin-service</c>: one CCR of a site of today, by hand.</summary>
public sealed class SubmitToAdminServiceTests : IDisposable
{
    private const int Limit = 300_000;

    private readonly TemporaryFolder _folder = new();

    [Fact(Timeout = Limit)]
    public async Task Submit_ToAnAdminService_AsksOnceForTheDeviceThatIsMeant()
    {
        await using var site = StartSite("""{ "name": "PC01", "resourceId": 16777301 }, { "name": "PC01", "resourceId": 16777302, "obsolete": true }""");
        var listening = await site.NextAsync("listening");

        var run = await SubmitAsync(listening.GetProperty("adminService").GetString()!, "--site-code", "P01");

        Assert.Equal((0, $"CCR generated for PC01{Environment.NewLine}", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(
            "ResourceID=16777301&Forced=True&ForceReinstall=False&PushEvenIfDC=False&SpecifySiteCode=True&PushSiteCode=P01&device=PC01",
            Assert.Single(ReadCreations()).Split(' ')[4]);
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_DryRun_ShowsDeviceAndRequestAndAsksForNothing()
    {
        await using var site = StartSite("""{ "name": "PC01", "resourceId": 16777301 }""");
        var address = (await site.NextAsync("listening")).GetProperty("adminService").GetString()!;

        var run = await SubmitAsync(address, "--dry-run", "--no-force");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(
            $"Nothing was asked for. It would be: POST {address}AdminService/wmi/SMS_Collection.CreateCCR for the device CORP\\PC01, which is 16777301: "
            + """{"ResourceID":16777301,"Forced":false,"ForceReinstall":false,"PushEvenIfDC":false}""" + Environment.NewLine,
            run.Output);
        Assert.Empty(ReadCreations());
    }

    [Theory(Timeout = Limit)]
    [InlineData("""{ "name": "PC02" }""", "CCR3411: no device is named PC01. ")]
    [InlineData("""{ "name": "PC01", "domain": "LAB" }""", "CCR3412: the devices named PC01 are of other domains than CORP: 'LAB'. ")]
    [InlineData("""{ "name": "PC01", "resourceId": 7 }, { "name": "PC01", "resourceId": 8 }""", "CCR3413: 2 devices are CORP\\PC01: 7, 8. ")]
    public async Task Submit_ForWhatIsNotSurelyOneDevice_IsRefusedWithTheSameWordsDryAndNot(string devices, string error)
    {
        await using var site = StartSite(devices);
        var address = (await site.NextAsync("listening")).GetProperty("adminService").GetString()!;

        var dry = await SubmitAsync(address, "--dry-run");
        var run = await SubmitAsync(address);

        Assert.Equal((1, 1, dry.Error), (dry.ExitCode, run.ExitCode, run.Error));
        Assert.StartsWith(error, run.Error);
        Assert.Empty(ReadCreations());
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_AnswerIsCutAfterTheRequest_FailsAsUnknownAndDoesNotAskAgain()
    {
        await using var site = StartSite("""{ "name": "PC01" }""", "--fault", "on=create+write+close");
        var address = (await site.NextAsync("listening")).GetProperty("adminService").GetString()!;

        var run = await SubmitAsync(address);

        Assert.Equal((1, $"Error generating CCR for PC01{Environment.NewLine}"), (run.ExitCode, run.Output));
        Assert.StartsWith("CCR3432: ", run.Error);
        Assert.Single(ReadCreations());
    }

    [Fact(Timeout = Limit)]
    public async Task Submit_ToAnAdminServiceOverHttps_IsTrustedByItsCaFile()
    {
        await using var site = StartSite("""{ "name": "PC01" }""", "--https");
        var listening = await site.NextAsync("listening");
        var address = listening.GetProperty("adminService").GetString()!;

        var untrusted = await SubmitAsync(address);
        var trusted = await SubmitAsync(address, "--ca-file", listening.GetProperty("adminServiceCaFile").GetString()!);

        Assert.Equal((1, 0), (untrusted.ExitCode, trusted.ExitCode));
        Assert.StartsWith("CCR3422: ", untrusted.Error);
        Assert.Single(ReadCreations());
    }

    [Theory]
    [InlineData("write either --mp or --admin-service")]
    [InlineData("write either --mp or --admin-service", "--mp", "http://mp01", "--admin-service", "https://cm01.corp.example")]
    [InlineData("--site-code goes with --admin-service", "--mp", "http://mp01", "--site-code", "P01")]
    [InlineData("write either --mp or --admin-service", "--site-code", "P01")]
    [InlineData("--admin-service is http: write an https address; AdminService has no other", "--admin-service", "http://cm01.corp.example")]
    [InlineData("--admin-service:SiteCode is no site code: write three letters and digits", "--admin-service", "https://cm01", "--site-code", "P0001")]
    public async Task Submit_WrongUsage_IsOneLineThatSaysWhatToWrite(string error, params string[] options)
    {
        var run = await CcrCommand.RunAsync(["submit", "--machine", "PC01", "--domain", "CORP", .. options]);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith($"CCR5903: {error}", Assert.Single(run.Error.TrimEnd().Split('\n')));
    }

    public void Dispose() => _folder.Dispose();

    private CcrCommand StartSite(string devices, params string[] options) => CcrCommand.Start(
        ["simulate-site", "--json", "--data", _folder.Path, "--devices", _folder.Write("devices.json", $$"""{ "addUnknown": false, "devices": [{{devices}}] }"""), .. options]);

    private static Task<CliResult> SubmitAsync(string address, params string[] options) =>
        CcrCommand.RunAsync(["submit", "--admin-service", address, "--machine", "pc01", "--domain", "corp", .. options]);

    /// <summary>The lines of the AdminService's log in which a CCR was asked for: date, time, method, path, query, status.</summary>
    private string[] ReadCreations() =>
        [.. File.ReadLines(_folder.PathOf("adminservice", "requests.log")).Where(line => line.Contains(".CreateCCR ", StringComparison.Ordinal))];
}
