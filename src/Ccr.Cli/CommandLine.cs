using System.CommandLine.Parsing;
using Ccr.Cli.Commands;
using Ccr.Core.Text;
using Spectre.Console;

namespace Ccr.Cli;

/// <summary>The command <c>ccr</c>, with the outside world it talks to handed in.</summary>
internal sealed class CommandLine(TextWriter output, TextWriter error, Stream standardInput, TimeProvider time) : IDisposable
{
    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object a line, and nothing else, on standard output",
        Recursive = true,
    };

    private readonly GuardedWriter _output = new(output);

    public TextWriter Output => _output;

    public Stream StandardInput => standardInput;

    public TimeProvider Time => time;

    public void Dispose() => _output.Dispose();

    /// <summary>Says on standard error what is wrong; others may have written a part of it.</summary>
    public void Complain(string sentence)
    {
        try
        {
            error.WriteLine(SafeText.Printable(sentence, keepLines: true));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Nobody can read it; the exit code tells the rest.
        }
    }

    /// <summary>Runs a command line to its end, and returns the exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _output.Broken);
        IEnumerable<string> lines = [];
        int status;
        try
        {
            status = await RunAsync(Build().Parse(arguments is [] ? ["--help"] : arguments), stop.Token);
        }
        catch (Exception fault)
        {
            (lines, status) = CommandFaults.Describe(fault, cancellationToken.IsCancellationRequested);
        }

        if (_output.Fault is { } broken) (lines, status) = ([CommandFaults.DescribeOutput(broken)], ExitCode.Failed);
        foreach (var line in lines) Complain(line);
        return status;
    }

    /// <summary>The report that the caller asked for: JSON, or lines for people.</summary>
    public IReport ReportFor(ParseResult command)
    {
        if (command.GetValue(_json)) return new JsonReport(_output);

        var isTerminal = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;
        var hasColours = Environment.GetEnvironmentVariable("NO_COLOR") is null or "";
        return new ConsoleReport(new AnsiConsoleOutput(_output), isTerminal, hasColours);
    }

    private async Task<int> RunAsync(ParseResult command, CancellationToken stop)
    {
        // What follows a directive, such as [suggest] of a shell's completion, is no command line yet.
        var faults = command.Tokens is [{ Type: TokenType.Directive }, ..] ? [] : UsageFaults.Find(command).ToList();
        foreach (var fault in faults) Complain(fault);
        if (faults.Count > 0) return ExitCode.Usage;

        var configuration = new InvocationConfiguration
        {
            Output = _output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await command.InvokeAsync(configuration, stop);
    }

    internal RootCommand Build()
    {
        var root = CreateRoot();
        TimeArguments.Apply(root, time);
        return root;
    }

    private RootCommand CreateRoot() => new("Gets the SMS client of a broken machine reinstalled: once, safely, and with an answer.")
    {
        _json,
        LocalCommand.Create(this),
        InitCommand.Create(this),
        ExplainCommand.Create(this),
        SubmitCommand.Create(this),
        SendCommand.Create(this),
        WatchCommand.Create(this),
        ConsoleCommand.Create(this),
        ProcessCommand.Create(this),
        CheckCommand.Create(this),
        StatusCommand.Create(this),
        AgentHostCommand.Create(),
        BrokerCommand.Create(this),
        SimulateMpCommand.Create(this),
        SimulateSiteCommand.Create(this),
        HistoryCommand.Create(this),
        StatusCommand.CreateActions(this),
        DeadLettersCommand.Create(this),
        LedgerCommand.Create(this),
        OperatorCommands.CreatePause(this),
        OperatorCommands.CreateBrake(this),
        OperatorCommands.CreateRelease(this),
    };
}
