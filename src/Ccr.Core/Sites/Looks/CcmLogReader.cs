using System.Globalization;
using System.Text.RegularExpressions;
using Ccr.Core.Machines;

namespace Ccr.Core.Sites.Looks;

/// <summary>What the lines of a <c>ccm.log</c>, oldest first, say of each machine. It depends on the lines alone.</summary>
/// <remarks>
/// Evidence is only a line that names exactly one machine, or the number of a request that such a line named before. No line is ever taken for a success:
/// which one means it has never been published. Lines name no domain, so machines of one name in several domains share what is said of the name.
/// </remarks>
internal sealed partial class CcmLogReader
{
    private readonly Dictionary<MachineName, CcmWork> _work = [];
    private readonly Dictionary<string, MachineName> _machines = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads the next line; one that says nothing of a machine is passed over.</summary>
    public void Read(string line)
    {
        if (CcmLogLine.Parse(line) is not { } said) return;

        if (LastErrorCode().Match(said.Text) is { Success: true } stored)
        {
            if (MachineOf(stored.Groups["request"].Value) is { } known) Note(known, said.Time, startsAttempt: false, ErrorIn(stored.Groups["error"].ValueSpan));
            return;
        }

        if (MachineIn(said.Text) is not { } machine) return;
        if (Request().Match(said.Text) is { Success: true } request) _machines[request.Groups["request"].Value] = machine;

        // A request that waits in the inbox's queue is no work on the machine yet.
        if (said.Text.Contains("Received request", StringComparison.Ordinal) || said.Text.Contains("queue \"Incoming\"", StringComparison.Ordinal)) return;
        var startsAttempt = said.Text.Contains("Begin Processing request", StringComparison.Ordinal)
            || said.Text.Contains("in queue \"Processing\"", StringComparison.Ordinal);
        Note(machine, said.Time, startsAttempt, Error().Matches(said.Text) is [.., var last] ? ErrorIn(last.Groups["error"].ValueSpan) : null);
    }

    /// <summary>What was said of a machine; null when nothing was.</summary>
    public CcmWork? Of(MachineName machine) => _work.GetValueOrDefault(machine);

    /// <summary>The machine of a request, which the log calls by the name of its file or by the number of a device.</summary>
    public MachineName? MachineOf(string request) => _machines.TryGetValue(request, out var machine) ? machine : null;

    /// <summary>The lines stand in the order in which they were written; only the time may go back, when the clock was set.</summary>
    private void Note(MachineName machine, DateTimeOffset time, bool startsAttempt, long? error)
    {
        var before = Of(machine) ?? new CcmWork(time, null);
        var stands = error ?? (startsAttempt ? 0 : before.Error);
        _work[machine] = new(time > before.Latest ? time : before.Latest, stands == 0 ? null : stands);
    }

    /// <summary>The one machine that a line names. Two, or something else in a machine's place, would be somebody's text and not the site server's.</summary>
    private static MachineName? MachineIn(string text)
    {
        MachineName? found = null;
        foreach (Match match in Machine().Matches(text))
        {
            if (!MachineName.TryParse(match.Groups["machine"].Value, out var name, out _) || (found ?? name) != name) return null;
            found = name;
        }

        return found;
    }

    /// <summary>An error in any of its forms: 53, -2147024891, 0x80070005, or the bare eight digits 000004b3 in brackets.</summary>
    /// <returns>The number; those of 32 bits with the sign that they have as decimal numbers. Null when it is none of 32 bits.</returns>
    private static long? ErrorIn(ReadOnlySpan<char> text)
    {
        var digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text.StartsWith("(") ? text[1..^1] : default;
        if (digits.Length > 0) return unchecked((int)uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return null;
        return number is >= int.MinValue and <= uint.MaxValue ? unchecked((int)number) : null;
    }

    [GeneratedRegex(
        """\bmachine( name)?:? "(?<machine>[^"]*)"|\bon machine (?<machine>[^\s"']+) using account|\\\\(?<machine>[^\\\s"']+)\\(admin|ipc)\$""",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Machine();

    [GeneratedRegex("""\brequest:? "(?<request>[^"]+)",?( for)? machine name""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Request();

    [GeneratedRegex(
        @"\berror( code)?\s*([:=]|-(?=\s))?\s*(?<error>0x[0-9a-f]{1,8}|-?[0-9]{1,10})(?!\w)|(?<error>\([0-9a-f]{8}\))",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Error();

    [GeneratedRegex(
        @"\[sp_CP_SetLastErrorCode\]\s*(?<request>[0-9]{1,19})\s*,\s*(?<error>-?[0-9]{1,10})(?!\w)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex LastErrorCode();
}

/// <summary>What a log says of one machine.</summary>
/// <param name="Latest">The latest time at which the site worked on it.</param>
/// <param name="Error">The error that its latest attempt ended with, as far as the log goes; null when it names none.</param>
internal sealed record CcmWork(DateTimeOffset Latest, long? Error);
