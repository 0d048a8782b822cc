using Ccr.Cli.Commands;
using Ccr.Core.Text;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Ccr.Cli;

/// <summary>The command <c>ccr</c>, with the outside world it talks to handed in.</summary>
internal sealed class CommandLine(TextWriter output, TextWriter error, Stream standardInput, TimeProvider time)
{
    /// <summary>How long a command may take to finish what it began, once it was told to stop.</summary>
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(30);

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Print one JSON object a line, and nothing else, on standard output",
        Recursive = true,
    };

    public TextWriter Output => output;

    public Stream StandardInput => standardInput;

    public TimeProvider Time => time;

    /// <summary>Says on standard error what is wrong; others may have written a part of it.</summary>
    public void Complain(string fault) => error.WriteLine(SafeText.Printable(fault, keepLines: true));

    /// <summary>Runs a command line to its end, and returns the exit code.</summary>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        var command = Build().Parse(arguments);
        if (command.Errors.Count > 0)
        {
            // A misspelt command is missing too; that it is misspelt says more.
            foreach (var fault in command.UnmatchedTokens.Count > 0 ? command.Errors.TakeLast(1) : command.Errors)
                Complain($"{CliReasons.BadArgument.Code}: {fault.Message} {CliReasons.BadArgument.Remedy}");
            return ExitCode.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = DrainTime,
            };
            return await command.InvokeAsync(configuration, cancellationToken);
        }
        catch (UserErrorException fault)
        {
            Complain(fault.Message);
            return fault.Status;
        }
        catch (OptionsValidationException faults)
        {
            foreach (var fault in faults.Failures) Complain(fault);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception fault) when (fault is MessagingException or LedgerException)
        {
            Complain(fault.Message);
            return ExitCode.Failed;
        }
    }

    /// <summary>The report that the caller asked for: JSON, or lines for people.</summary>
    public IReport ReportFor(ParseResult command)
    {
        if (command.GetValue(_json)) return new JsonReport(output);

        var isTerminal = ReferenceEquals(output, System.Console.Out) && !System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });

        // A line in a file is not broken at the width of some terminal.
        if (!isTerminal) console.Profile.Width = int.MaxValue;
        return new ConsoleReport(console);
    }

    private RootCommand Build() => new("Gets the SMS client of a broken machine reinstalled: once, safely, and with an answer.")
    {
        _json,
        LocalCommand.Create(this),
        ExplainCommand.Create(this),
        SubmitCommand.Create(this),
        SendCommand.Create(this),
        WatchCommand.Create(this),
        ConsoleCommand.Create(this),
        ProcessCommand.Create(this),
        CheckCommand.Create(this),
        StatusCommand.Create(this),
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
