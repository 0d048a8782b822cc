using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public class SubmitTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

    [Theory]
    [InlineData("True")]
    [InlineData("False", "--no-force")]
    public async Task Submit_RawListener_SendsByteForByteWhatTheProtocolSays(string force, params string[] options)
    {
        await using var listener = new RawListener(Ok);

        var run = await SubmitAsync(listener, options);

        Assert.Equal(
            $"SMS_POST /sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey={force} HTTP/1.1\r\nHost: {listener.Authority}\r\nContent-Length: 0\r\n\r\n",
            Assert.Single(listener.Requests));
        Assert.Equal((0, $"CCR generated for PC01{Environment.NewLine}", ""), (run.ExitCode, run.Output, run.Error));
    }

    [Fact]
    public async Task Submit_ListenerClosesWithoutAnswering_SendsExactlyOnceAndFails()
    {
        await using var listener = new RawListener(answer: "");

        var run = await SubmitAsync(listener);

        Assert.Single(listener.Requests);
        Assert.Equal((1, $"Error generating CCR for PC01{Environment.NewLine}"), (run.ExitCode, run.Output));
        Assert.StartsWith("CCR3", run.Error);
    }

    [Theory]
    [InlineData(404, "UrlScan")]
    [InlineData(405, "SMS_POST")]
    [InlineData(401, "Authentication")]
    [InlineData(500, "")]
    public async Task Submit_ManagementPointRefuses_PrintsTheStatusAndWhereToLook(int status, string hint)
    {
        await using var listener = new RawListener(Ok.Replace("200 OK", $"{status} No"));

        var run = await SubmitAsync(listener);

        Assert.Equal((1, $"Error generating CCR for PC01{Environment.NewLine}HTTP status = {status}{Environment.NewLine}"), (run.ExitCode, run.Output));
        Assert.Contains(hint, run.Error);
        Assert.Single(listener.Requests);
    }

    [Fact]
    public async Task Submit_AsJson_PrintsOneObject()
    {
        await using var listener = new RawListener(Ok);

        var run = await SubmitAsync(listener, "--json");

        var submission = Assert.Single(run.All("submission"));
        Assert.Equal(
            ("PC01", "Accepted", 200),
            (submission.GetProperty("machine").GetString(), submission.GetProperty("verdict").GetString(), submission.GetProperty("httpStatus").GetInt32()));
    }

    [Fact]
    public async Task Submit_SimulatedManagementPointOverHttps_IsTrustedByItsCaFile()
    {
        using var folder = new TemporaryFolder();
        await using var simulator = CcrCommand.Start("simulate-mp", "--https", "--data", folder.Path, "--json");
        var listening = await simulator.NextAsync("listening");
        string[] arguments = ["submit", "--mp", listening.GetProperty("address").GetString()!, "--machine", "PC01", "--domain", "CORP"];

        var untrusted = await CcrCommand.RunAsync(arguments);
        var trusted = await CcrCommand.RunAsync([.. arguments, "--ca-file", listening.GetProperty("caFile").GetString()!]);

        Assert.Equal((1, 0), (untrusted.ExitCode, trusted.ExitCode));
        Assert.Contains("certificate", untrusted.Error);
        Assert.Single(Directory.EnumerateFiles(folder.PathOf("ccr.box")));
    }

    [Fact]
    public async Task SimulateMp_WithAFault_Misbehaves()
    {
        await using var simulator = CcrCommand.Start("simulate-mp", "--fault", "status=503@PC0*", "--json");
        var address = (await simulator.NextAsync("listening")).GetProperty("address").GetString()!;

        var run = await CcrCommand.RunAsync("submit", "--mp", address, "--machine", "PC01", "--domain", "CORP");
        var request = await simulator.NextAsync("request");

        Assert.Contains("HTTP status = 503", run.Output);
        Assert.Equal(("SMS_POST", 503), (request.GetProperty("method").GetString(), request.GetProperty("status").GetInt32()));
    }

    private static Task<CliResult> SubmitAsync(RawListener listener, params string[] options) =>
        CcrCommand.RunAsync(["submit", "--mp", $"http://{listener.Authority}", "--machine", "pc01", "--domain", "corp", .. options]);
}
