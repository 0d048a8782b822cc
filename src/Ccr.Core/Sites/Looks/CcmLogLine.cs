using System.Globalization;
using System.Text.RegularExpressions;

namespace Ccr.Core.Sites.Looks;

/// <summary>One whole line of a site server's log.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Time">When, by the log's clock.</param>
internal readonly partial record struct CcmLogLine(string Text, DateTimeOffset Time)
{
    /// <summary>The longest line that is looked at; the site server's own have a few hundred characters.</summary>
    private const int Longest = 4096;

    private const int MostMinutesWest = 14 * 60;

    /// <summary>Reads a line in one of its two forms; null when it is neither.</summary>
    /// <remarks>
    /// The log has <c>text  $$&lt;COMPONENT&gt;&lt;09-25-2026 15:13:55.938-60&gt;&lt;thread=18612 (0x48B4)&gt;</c>, where the number behind the time is the
    /// minutes that the local time is west of UTC. A copy out of a log viewer has <c>text TAB COMPONENT TAB 09/25/2026 15:13:55 TAB 18612 (0x48B4)</c>
    /// without them; its time is taken as it stands. The end of either form must be there: in a line that was cut, <c>error 5</c> may be half of 53.
    /// </remarks>
    public static CcmLogLine? Parse(string line)
    {
        if (line.Length > Longest) return null;

        if (ServerEnd().Match(line) is { Success: true } end)
        {
            var west = int.Parse(end.Groups["west"].ValueSpan, CultureInfo.InvariantCulture);
            return Of(line[..end.Index], end.Groups["local"].Value, "MM-dd-yyyy HH:mm:ss.fff", west);
        }

        return ViewerEnd().Match(line) is { Success: true } copied
            ? Of(line[..copied.Index], copied.Groups["local"].Value, "M/d/yyyy H:mm:ss", west: 0)
            : null;
    }

    private static CcmLogLine? Of(string text, string time, string form, int west)
    {
        var isTime = DateTime.TryParseExact(time, form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local);

        // Years of one digit would leave the range of times with their offset.
        return isTime && local.Year > 1900 && Math.Abs(west) <= MostMinutesWest
            ? new CcmLogLine(text.TrimEnd(), new DateTimeOffset(local, TimeSpan.FromMinutes(-west)))
            : null;
    }

    [GeneratedRegex(
        @"\$\$<[^<>]*><(?<local>[0-9-]{10} [0-9:.]{12})(?<west>[+-][0-9]{1,4})><thread=[^<>]*>\s*\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex ServerEnd();

    [GeneratedRegex(
        @"\t[^\t]*\t(?<local>[0-9/]{8,10} [0-9:]{7,8})\t[0-9]+ \(0x[0-9A-Fa-f]+\)\s*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex ViewerEnd();
}
