using System.Text.RegularExpressions;
using System.Text;
using Ccr.Cli.Output;
using Ccr.Core.Results;
using Ccr.EndToEnd.Tests.Support;
using Spectre.Console;

namespace Ccr.EndToEnd.Tests;

/// <summary>How lines look in a terminal of some width, and in a pipe. To accept a change, run the tests with CCR_ACCEPT_SNAPSHOTS=1.</summary>
public sealed class OutputTests
{
    private const string Connection = "Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=any;UseDevelopmentEmulator=true";

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(null)]
    public async Task Report_InATerminalOrAPipe_IsAsReviewed(int? columns)
    {
        var file = Repository.PathOf("tests", "Ccr.EndToEnd.Tests", "Snapshots", $"report-{(columns is null ? "pipe" : columns)}.txt");
        using var output = new StringWriter { NewLine = "\n" };
        var report = new ConsoleReport(new FixedOutput(output, columns ?? 80), isTerminal: columns is not null, hasColours: false);
        var facts = new Dictionary<string, object?>();

        report.Say($"Embedded Service Bus: {Connection}", "started", facts);
        report.Say("warn  domain controllers: Ccr:Targets:DomainControllers names none, and an event that names one logs on to it", "check", facts, wrap: true);
        report.Show(ResultOf("PC01", Outcome.Accepted, "http://mp01.corp.example/a-path-that-is-longer-than-the-narrowest-of-the-terminals wrote the CCR"));
        report.Show(ResultOf("WS-BERLIN-0017", Outcome.Rejected, $"looked for {string.Join("; ", Enumerable.Range(1, 40).Select(i => $"source {i}: $.field{i}"))}"));
        report.ShowAt(ResultOf("PC02", Outcome.Failed, "the request ccr-4917f48eb513c75ec4201f441538c12c was not answered"));

        var text = string.Join('\n', output.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
        if (Environment.GetEnvironmentVariable("CCR_ACCEPT_SNAPSHOTS") == "1") await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), text);
    }

    [Theory]
    [InlineData("one two three", 9, "one two|    three")]
    [InlineData("one two three", 7, "one two|    three")]
    [InlineData("a-word-that-is-longer then", 10, "a-word-that-is-longer|    then")]
    [InlineData("then a-word-that-is-longer", 10, "then|    a-word-that-is-longer")]
    [InlineData("a  b", 2, "a|    b")]
    [InlineData("", 10, "")]
    [InlineData("one two", 0, "one|    two")]
    public void Wrap_AtAnyWidth_BreaksAtSpacesOnly(string text, int width, string expected) =>
        Assert.Equal(expected, string.Join('|', LongText.Wrap(text, width)));

    [Fact]
    public async Task Local_FirstCommandInAPipe_HasNoLineThatAFirstReaderStumblesOver()
    {
        var run = await CcrCommand.RunAsync("local", "--events", Repository.PathOf("tests", "events"), "--until-idle");

        Assert.Contains("more (--json shows all)", run.Output);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 400));
    }

    /// <summary>The terminal is real, and 40 columns wide.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("NO_COLOR=1", false)]
    public async Task Local_InANarrowTerminal_BreaksNothingThatIsCopiedAndObeysNoColor(string environment, bool hasColours)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The command script is another one elsewhere.");

        var run = await CcrProcess.RunShellAsync(
            $"export TERM=xterm-256color; script -qec \"stty cols 40; {environment} dotnet '{CcrProcess.Assembly}' local --events tests/events --until-idle\" /dev/null");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches("(?m)^.*Embedded Service Bus: Endpoint=sb://127.0.0.1:[0-9]+;[^ ]*;UseDevelopmentEmulator=true\r?$", run.Output);
        Assert.Equal(hasColours, run.Output.Contains("\u001b[38;5;2mAccepted", StringComparison.Ordinal));
        Assert.Contains("Accepted", run.Output);
    }

    [Fact]
    public async Task Local_WithoutEvents_NamesACommandThatWorksHere()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "This runs the command in bash.");
        await using var local = CcrCommand.Start("local", "--json");
        var command = (await local.NextAsync("ready")).GetProperty("try").GetString()!;

        var sent = await CcrProcess.RunShellAsync(Regex.Replace(command, "dotnet run .* --(?= send)", "ccr", RegexOptions.None, TimeSpan.FromSeconds(10)));
        var result = await local.NextAsync("result");

        Assert.Equal((0, ""), (sent.ExitCode, sent.Error));
        Assert.Equal(("PC01", "Accepted"), (result.GetProperty("machine").GetString(), result.GetProperty("outcome").GetString()));
    }

    private static ReinstallResult ResultOf(string machine, Outcome outcome, string detail) => new()
    {
        RequestId = "ccr-1",
        Source = "ccr",
        EventId = "1",
        Part = 1,
        Parts = 1,
        Machine = machine,
        Domain = "CORP",
        Outcome = outcome,
        Reason = "CCR3001",
        Meaning = "What it means",
        Detail = detail,
        Remedy = "Nothing.",
        Time = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero),
    };

    private sealed class FixedOutput(TextWriter writer, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => false;

        public int Width => width;

        public int Height => 25;

        public void SetEncoding(Encoding encoding)
        {
        }
    }
}
