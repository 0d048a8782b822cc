using System.Globalization;
using Ccr.Core.Text;
using Spectre.Console;

namespace Ccr.Cli.Output;

/// <summary>Lines for people: a result each, with colour where the terminal has it, and a line of progress at the end.</summary>
internal sealed class ConsoleReport(IAnsiConsole console) : IReport
{
    private readonly Lock _gate = new();
    private bool _progressShown;

    public void Say(string sentence, string name, IReadOnlyDictionary<string, object?> facts) =>
        WriteLine(Markup.Escape(SafeText.Printable(sentence, keepLines: true)));

    public void Show(ReinstallResult result) => WriteLine(MarkupOf(result));

    public void Show(VerificationResult verification) => WriteLine(MarkupOf(verification));

    public void ShowAt(ReinstallResult result) => WriteLine(string.Create(CultureInfo.InvariantCulture, $"{result.Time:u}  {MarkupOf(result)}"));

    public void ShowAt(VerificationResult verification) =>
        WriteLine(string.Create(CultureInfo.InvariantCulture, $"{verification.Time:u}  {MarkupOf(verification)}"));

    public void Progress(Summary summary)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi) return;
        lock (_gate)
        {
            EraseProgress();
            console.Write($"{summary.Results} of {summary.Results + summary.Lost} answered, {summary.Submissions} submitted{SeenOf(summary)}");
            _progressShown = true;
        }
    }

    public void Close(Summary summary)
    {
        lock (_gate)
        {
            EraseProgress();
            console.WriteLine();
            foreach (var (name, count) in Rows(summary)) console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-15}{count,9}"));
        }
    }

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

    private static string MarkupOf(VerificationResult verification)
    {
        var colour = verification.Outcome switch
        {
            VerificationOutcome.Verified => "green",
            VerificationOutcome.NotVerified => "red",
            _ => "yellow",
        };
        var machine = $"{verification.Domain}\\{verification.Machine}";
        return $"[{colour}]{verification.Outcome.ToString(),-13}[/] {Foreign(machine),-22} {Foreign(verification.Reason)}  "
            + Foreign($"{verification.Meaning}: {verification.Detail}{StrengthOf(verification)}");
    }

    private static string StrengthOf(VerificationResult verification) =>
        verification.Strength == EvidenceStrength.None ? "" : $" ({verification.Strength.ToString().ToLowerInvariant()} evidence)";

    private static string MarkupOf(ReinstallResult result)
    {
        var machine = result.Machine is null ? "(no machine)" : result.Domain is null ? result.Machine : $"{result.Domain}\\{result.Machine}";
        var outcome = $"[{ColourOf(result.Outcome)}]{result.Outcome.ToString(),-13}[/]";
        return $"{outcome} {Foreign(machine),-22} {Foreign(result.Reason)}  {Foreign($"{result.Meaning}: {result.Detail}")}";
    }

    /// <summary>What others may have written, as one line that neither this markup nor a terminal obeys.</summary>
    private static string Foreign(string text) => Markup.Escape(SafeText.Printable(text));

    private static string ColourOf(Outcome outcome) => outcome switch
    {
        Outcome.Accepted => "green",
        Outcome.Rejected or Outcome.Failed or Outcome.Indeterminate => "red",
        Outcome.Deferred or Outcome.Dispatched => "yellow",
        _ => "grey",
    };

    private void WriteLine(string markup)
    {
        lock (_gate)
        {
            EraseProgress();
            console.MarkupLine(markup);
        }
    }

    private void EraseProgress()
    {
        // Carriage return and "erase to the end of the line" (ECMA-48).
        if (_progressShown) console.Profile.Out.Writer.Write("\r\u001b[K");
        _progressShown = false;
    }
}
