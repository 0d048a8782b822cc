using Ccr.Cli;
using Ccr.Core.Ledger;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

/// <summary>A mistake gets one line that says what is wrong and what would be right, and the exit code 2.</summary>
public sealed class ErrorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("CCR5901: there is no file or folder 'nowhere'. Give the path of a file or folder that exists.", "local", "--events", "nowhere")]
    [InlineData("CCR5902: --until-idle has nothing to wait for without --events. Give a .json file (one event), a .ndjson file (one event a line), a folder with such files, or - for standard input.", "local", "--until-idle")]
    [InlineData("CCR5902: no event was found in what was given. Give a .json file (one event), a .ndjson file (one event a line), a folder with such files, or - for standard input.", "local", "--events", "-")]
    [InlineData("CCR5903: --machine: the machine name '10.0.0.5' has a dot, so it is a DNS name or an IP address; send the NetBIOS name alone, for example PC01. Correct it; the command with --help shows what it takes.", "submit", "--mp", "http://mp01", "--machine", "10.0.0.5", "--domain", "CORP")]
    [InlineData("CCR5903: --fault cannot be read: Fault 'explode': 'explode' is no fault; write one of delay=TIME, slow=TIME, write, status=N, redirect[=N], close, reset, silence, garbage, endless-body, endless-headers. Correct it; the command with --help shows what it takes.", "simulate-mp", "--fault", "explode")]
    [InlineData(
        "CCR5903: --connection is missing, and so is the environment variable CCR_CONNECTION. Correct it; the command with --help shows what it takes.",
        "watch")]
    [InlineData("CCR5903: unrecognized command or argument 'lokal'. Did you mean local? Correct it; the command with --help shows what it takes.", "lokal")]
    public async Task Run_Mistake_IsOneLineWithTheCauseAndTheFix(string error, params string[] arguments)
    {
        var run = await CcrCommand.RunAsync(arguments);

        Assert.Equal(error, run.Error.ReplaceLineEndings("\n").TrimEnd('\n'));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
    }

    /// <summary>Each of these once ended with a stack trace and 134.</summary>
    [Theory]
    [InlineData("CCR5903: --port is '99999'; write a number from 0 to 65535.", "broker", "--port", "99999")]
    [InlineData("CCR5903: --amqp-port is '-1'; write a number from 0 to 65535.", "local", "--amqp-port", "-1")]
    [InlineData("CCR5903: --mp-port is '65536'; write a number from 0 to 65535.", "simulate-site", "--mp-port", "65536")]
    [InlineData("CCR5901: 'tests' is a folder, not a file.", "broker", "--config", "tests")]
    [InlineData("CCR5901: 'tests' is a folder, not a file.", "check", "--config", "tests")]
    [InlineData("CCR5901: 'tests' is a folder, not a file.", "simulate-site", "--devices", "tests")]
    [InlineData("CCR5901: there is no file 'nowhere'.", "broker", "--config", "nowhere")]
    [InlineData("CCR5903: 'README.md' cannot be used: $: is not JSON (line 1)", "broker", "--config", "README.md")]
    public async Task AnyCommand_ArgumentOfTheWrongKind_GetsOneLine(string error, params string[] arguments)
    {
        var run = await CcrProcess.RunShellAsync($"ccr {string.Join(' ', arguments)}");

        Assert.StartsWith(error, run.Error);
        Assert.Equal((2, "", 1), (run.ExitCode, run.Output, run.Error.Count(c => c == '\n')));
    }

    [Theory]
    [InlineData("ccr check --config /proc/self/mem", 2, "CCR5908: Input/output error : '/proc/self/mem'.")]
    [InlineData("ccr explain /proc/self/mem", 1, "CCR5908: Input/output error : '/proc/self/mem'.")]
    [InlineData("ccr explain tests/events > /dev/full", 1, "CCR5908: standard output: No space left on device.")]
    [InlineData("ccr --help > /dev/full", 1, "CCR5908: standard output: No space left on device.")]
    [InlineData("ccr local --events tests/events --until-idle > /dev/full", 1, "CCR5908: standard output: No space left on device.")]
    [InlineData("ccr explain tests/events | head -n 0", 1, "CCR5908: standard output: Broken pipe.")]
    [InlineData("ccr local --events tests/events | head -n 1", 1, "CCR5908: standard output: Broken pipe.")]
    [InlineData("ccr --help > /dev/full 2> /dev/full", 1, "")]
    [InlineData("ccr --help > /dev/full 2>&-", 1, "")]
    public async Task AnyCommand_FileOrOutputThatFails_GetsOneLine(string line, int exitCode, string error)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "These files are Linux's.");
        var run = await CcrProcess.RunShellAsync(line);

        Assert.StartsWith(error, run.Error);
        Assert.Equal((exitCode, error.Length == 0 ? 0 : 1), (run.ExitCode, run.Error.Count(c => c == '\n')));
    }

    [Fact]
    public void Fault_ThatNobodyForesaw_GetsOneLineAndNoTrace()
    {
        var (lines, status) = CommandFaults.Describe(new InvalidOperationException("one\nand another"), isInterrupted: false);

        Assert.Equal(
            ["CCR5909: InvalidOperationException: one\\u000Aand another. Report it with this line; with CCR_TRACE=1 the command says where it happened."], lines);
        Assert.Equal(1, status);
    }

    [Fact]
    public void Fault_OfAnInterruptedCommand_IsSaidOnlyOfTheLedger()
    {
        var (lines, status) = CommandFaults.Describe(new InvalidOperationException("a consequence"), isInterrupted: true);
        var (ledger, _) = CommandFaults.Describe(new LedgerException(LedgerReasons.CannotWrite, "full"), isInterrupted: true);

        Assert.Equal(([], 130), (lines, status));
        Assert.Single(ledger);
    }

    [Theory]
    [InlineData("http://mp01/sms_mp")]
    [InlineData("http://user:secret@mp01")]
    [InlineData("ftp://mp01")]
    [InlineData("mp01")]
    public async Task Submit_AddressThatIsMoreOrLessThanAHost_IsRefused(string address)
    {
        var run = await CcrCommand.RunAsync("submit", "--mp", address, "--machine", "PC01", "--domain", "CORP");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("CCR5903: --mp: ", run.Error);
        Assert.DoesNotContain("secret", run.Error);
    }

    [Fact]
    public async Task Local_FaultyConfiguration_NamesEveryFaultAndStartsNothing()
    {
        var config = _folder.Write("ccr.json", """{ "Ccr": { "DefaultDomian": "CORP", "Submissions": { "CoolDown": "a day" } } }""");

        var run = await CcrCommand.RunAsync("local", "--config", config);

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal(["CCR5001", "CCR5002"], run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[..7]).Order());
    }

    [Fact]
    public async Task Local_ConfigurationIsNotJson_SaysWhere()
    {
        var run = await CcrCommand.RunAsync("local", "--config", _folder.Write("ccr.json", "{ \"Ccr\": "));

        Assert.Equal(2, run.ExitCode);
        Assert.Matches("^CCR5903: .* is not JSON: .*LineNumber: 0", run.Error);
    }

    [Fact]
    public async Task Watch_NobodyListens_SaysSoInOneLine()
    {
        var run = await CcrCommand.RunAsync(
            "send", Repository.PathOf("tests", "events"), "--connection",
            "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true", "--timeout", "00:00:02");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("^CCR4[0-9]{3}: [^\n]+\n$", run.Error.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Local_PortTaken_SaysSoInOneLine()
    {
        await using var simulator = CcrCommand.Start("simulate-mp", "--json");
        var port = new Uri((await simulator.NextAsync("listening")).GetProperty("address").GetString()!).Port;

        var run = await CcrCommand.RunAsync("simulate-mp", "--port", $"{port}");

        Assert.Equal(1, run.ExitCode);
        Assert.Matches("^CCR5904: the simulated management point cannot start: [^\n]+\n$", run.Error.ReplaceLineEndings("\n"));
    }

    public void Dispose() => _folder.Dispose();
}
