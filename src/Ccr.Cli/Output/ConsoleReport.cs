using System.Globalization;
using Ccr.Core.Text;
using Spectre.Console;

namespace Ccr.Cli.Output;

/// <summary>Lines for people: a result each, with colour where the terminal has it, and a line of progress at the end.</summary>
internal sealed class ConsoleReport : IReport
{
    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly bool _wraps;
    private bool _progressShown;

    /// <param name="output">Where the lines go.</param>
    /// <param name="isTerminal">Whether that is a terminal, in which lines wrap and may have colours. In a file each is one line, whatever its length.</param>
    /// <param name="hasColours">Whether a terminal is to show colours if it can; NO_COLOR says no.</param>
    public ConsoleReport(IAnsiConsoleOutput output, bool isTerminal, bool hasColours)
    {
        _wraps = isTerminal;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal && hasColours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });

        // Lines are broken here: the library breaks what people want to copy.
        _console.Profile.Width = int.MaxValue;
    }

    public void Say(string sentence, string name, IReadOnlyDictionary<string, object?> facts, bool wrap = false) =>
        Write(SafeText.Printable(sentence, keepLines: true), wrap);

    public void Show(ReinstallResult result) => Write("", result);

    public void Show(VerificationResult verification) => Write("", verification);

    public void ShowAt(ReinstallResult result) => Write(TimeOf(result.Time), result);

    public void ShowAt(VerificationResult verification) => Write(TimeOf(verification.Time), verification);

    public void Progress(Summary summary)
    {
        if (!_console.Profile.Capabilities.Interactive || !_console.Profile.Capabilities.Ansi) return;
        lock (_gate)
        {
            EraseProgress();
            var line = $"{summary.Results} of {summary.Results + summary.Lost} answered, {summary.Submissions} submitted{SeenOf(summary)}";

            // What goes on in a second line cannot be erased.
            _console.Write(line[..Math.Min(line.Length, Math.Max(Width - 1, 0))]);
            _progressShown = true;
        }
    }

    public void Close(Summary summary)
    {
        lock (_gate)
        {
            EraseProgress();
            _console.WriteLine();
            foreach (var (name, count) in Rows(summary)) _console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-15}{count,9}"));
        }
    }

    /// <summary>Of the terminal as it is now: people change the size of its window.</summary>
    private int Width => _console.Profile.Out.Width;

    private static IEnumerable<(string Name, long Count)> Rows(Summary summary) =>
    [
        ("events sent", summary.Events),
        ("results", summary.Results),
        ("  accepted", summary.Accepted),
        ("  suppressed", summary.Suppressed),
        ("  ignored", summary.Ignored),
        ("  rejected", summary.Rejected),
        ("  failed", summary.Failed),
        ("  indeterminate", summary.Indeterminate),
        ("  dry run", summary.DryRun),
        ("lost", summary.Lost),
        ("submissions", summary.Submissions),
        .. summary.Verified is null ? [] : new (string, long)[]
        {
            ("verified", summary.Verified.Value), ("not verified", summary.NotVerified!.Value), ("unknown", summary.Unknown!.Value),
        },
    ];

    private static string SeenOf(Summary summary) => summary.Verified is null
        ? ""
        : $", {summary.Verified} of {summary.Accepted + summary.Indeterminate} back, {summary.NotVerified} not";

    private static string TimeOf(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture, $"{time:u}  ");

    private void Write(string time, VerificationResult verification)
    {
        var colour = verification.Outcome switch
        {
            VerificationOutcome.Verified => "green",
            VerificationOutcome.NotVerified => "red",
            _ => "yellow",
        };
        var detail = $"{verification.Meaning}: {verification.Detail}{StrengthOf(verification)}";
        Write(time, verification.Outcome.ToString(), colour, $"{verification.Domain}\\{verification.Machine}", verification.Reason, detail);
    }

    private static string StrengthOf(VerificationResult verification) =>
        verification.Strength == EvidenceStrength.None ? "" : $" ({verification.Strength.ToString().ToLowerInvariant()} evidence)";

    private void Write(string time, ReinstallResult result)
    {
        var machine = result.Machine is null ? "(no machine)" : result.Domain is null ? result.Machine : $"{result.Domain}\\{result.Machine}";
        Write(time, result.Outcome.ToString(), ColourOf(result.Outcome), machine, result.Reason, $"{result.Meaning}: {result.Detail}");
    }

    private void Write(string time, string outcome, string colour, string machine, string reason, string detail)
    {
        // Others may have written it: it becomes one line, which a terminal does not obey.
        var text = $"{SafeText.Printable(machine),-22} {SafeText.Printable(reason)}  {SafeText.Printable(LongText.Shorten(detail))}";
        Write($"{time}{outcome,-13} {text}", wrap: true, $"{time}[{colour}]{outcome}[/]", time.Length + outcome.Length);
    }

    private static string ColourOf(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => "green",
        Outcome.Rejected or Outcome.Failed or Outcome.Indeterminate => "red",
        Outcome.Deferred or Outcome.Dispatched => "yellow",
        _ => "grey",
    };

    /// <summary>Writes a text, the beginning of which may be marked up.</summary>
    private void Write(string text, bool wrap, string beginning = "", int beginningLength = 0)
    {
        var lines = wrap && _wraps ? LongText.Wrap(text, Width) : [text];
        lock (_gate)
        {
            EraseProgress();
            foreach (var line in lines)
            {
                _console.MarkupLine(beginning + Markup.Escape(line[beginningLength..]));
                (beginning, beginningLength) = ("", 0);
            }
        }
    }

    private void EraseProgress()
    {
        // Carriage return and "erase to the end of the line" (ECMA-48).
        if (_progressShown) _console.Profile.Out.Writer.Write("\r\u001b[K");
        _progressShown = false;
    }
}
