using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;
using Ccr.Cli;
using Ccr.Cli.Arguments;
using Ccr.EndToEnd.Tests.Support;

namespace Ccr.EndToEnd.Tests;

public sealed partial class ArgumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("5s", "00:00:05")]
    [InlineData("30m", "00:30:00")]
    [InlineData("90m", "01:30:00")]
    [InlineData("1h30m", "01:30:00")]
    [InlineData("7d", "7.00:00:00")]
    [InlineData("1d2h3m4s", "1.02:03:04")]
    [InlineData("00:30:00", "00:30:00")]
    [InlineData("0s", "00:00:00")]
    [InlineData("5", null)]
    [InlineData("", null)]
    [InlineData("-5s", null)]
    [InlineData("-00:00:05", null)]
    [InlineData("30m1h", null)]
    [InlineData("1.5h", null)]
    [InlineData("soon", null)]
    public void ParseDuration_AsPeopleWriteIt_IsThatOrNothing(string text, string? expected) =>
        Assert.Equal(expected is null ? null : TimeSpan.Parse(expected, CultureInfo.InvariantCulture), TimeArguments.ParseDuration(text));

    [Fact]
    public void Options_ThatTakeATimeSpanOrAMoment_AllReadWhatPeopleWrite() => Assert.All(Commands(), command => Assert.All(
        command.Options.Where(option => new[] { typeof(TimeSpan), typeof(TimeSpan?), typeof(DateTimeOffset?) }.Contains(option.ValueType)),
        option => Assert.DoesNotContain(command.Parse([option.Name, "1h30m"]).Errors, fault => fault.Message.Contains("1h30m", StringComparison.Ordinal))));

    /// <summary>NAME, FILE, DURATION: what a value is; or, if there are few, all of them.</summary>
    [Fact]
    public void Placeholders_OfAllOptionsAndArguments_AreWrittenInOneStyle()
    {
        var names = Commands().SelectMany(command => command.Options
            .Where(option => option.ValueType != typeof(bool) && option.Name is not ("--help" or "--version"))
            .Select(option => (Command: command.Name, option.Name, Placeholder: option.HelpName ?? ""))
            .Concat(command.Arguments.Select(argument => (Command: command.Name, argument.Name, Placeholder: argument.Name)))).ToList();

        Assert.True(names.Count > 30);
        Assert.Equal([], names.Where(each => !Style().IsMatch(each.Placeholder)));
    }

    [Theory]
    [InlineData("CCR5903: unrecognized command or argument 'chekc'. Did you mean check? ", "chekc")]
    [InlineData("CCR5903: unrecognized command or argument 'lst'. Did you mean list? ", "dead-letters", "lst")]
    [InlineData("CCR5903: unrecognized command or argument 'xyzzy'. Correct it", "xyzzy")]
    [InlineData("CCR5903: there is no option '--jsn'. Did you mean --json? ", "explain", "tests/events", "--jsn")]
    [InlineData("CCR5903: there is no option '--evnets'. Did you mean --events? ", "local", "--evnets", "tests/events")]
    [InlineData("CCR5903: a command is missing: write one of list, show, redrive, discard. ", "dead-letters")]
    [InlineData("CCR5903: --timeout '1 hour' is no duration; write for example 30s, 5m, 1h30m or 7d. ", "watch", "--timeout", "1 hour")]
    [InlineData("CCR5903: --until 'tomorrow' is no time; write for example 2026-11-25, ", "ledger", "restored", "--until", "tomorrow")]
    public async Task AnyCommand_Misspelt_SaysWhatWasMeantInOneLine(string expected, params string[] arguments)
    {
        var run = await CcrCommand.RunAsync(arguments);

        Assert.StartsWith(expected, run.Error);
        Assert.Equal((2, "", 1), (run.ExitCode, run.Output, run.Error.Count(c => c == '\n')));
    }

    [Fact]
    public async Task Ccr_Alone_ShowsItsHelp()
    {
        var (alone, help) = (await CcrCommand.RunAsync(), await CcrCommand.RunAsync("--help"));

        Assert.Equal((0, help.Output), (alone.ExitCode, alone.Output));
    }

    [Fact]
    public async Task Check_ConnectionIsInTheFile_AsksThatBroker()
    {
        var config = _folder.Write("ccr.json", """
            { "ServiceBus": "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true",
              "Ccr": { "DefaultDomain": "CORP", "Sites": { "hq": { "ManagementPoints": [ { "Address": "http://127.0.0.1:1" } ] } } } }
            """);

        var run = await CcrCommand.RunAsync("check", "--config", config, "--data", _folder.Path);

        Assert.Contains("FAULT Service Bus: CCR4", run.Output);
    }

    /// <summary>Some once read their file without it.</summary>
    [Theory]
    [InlineData("explain tests/events/ccr-batch.json")]
    [InlineData("local --events tests/events/ccr-batch.json --until-idle")]
    [InlineData("check")]
    [InlineData("process --connection contoso.servicebus.windows.net")]
    public async Task AnyCommand_SettingInTheEnvironment_CountsAsOneInTheFile(string command)
    {
        var run = await CcrProcess.RunShellAsync($"export Ccr__DefaultDomian=CORP; ccr {command}");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("CCR5002: Ccr:DefaultDomian", run.Error);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<Command> Commands()
    {
        using var line = new CommandLine(TextWriter.Null, TextWriter.Null, Stream.Null, TimeProvider.System);
        return WithThoseBelow(line.Build());
    }

    private static IEnumerable<Command> WithThoseBelow(Command command) => command.Subcommands.SelectMany(WithThoseBelow).Prepend(command);

    [GeneratedRegex("^(?:[A-Z]+(?:[|][A-Z-]+)*|[a-z0-9-]+(?:[|][a-z0-9-]+)+)$", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Style();
}
