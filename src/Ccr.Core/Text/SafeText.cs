using System.Globalization;
using System.Text;

namespace Ccr.Core.Text;

/// <summary>Makes text from outside fit to be shown: in one line, of bounded length, with nothing invisible in it.</summary>
public static class SafeText
{
    private const int MaxShown = 64;

    /// <summary>The text between quotation marks, at most 64 characters of it, what is not printable ASCII as \uXXXX.</summary>
    public static string Quote(string text) => $"'{Escape(text)}'";

    /// <summary>
    /// The whole text for a terminal: what it would obey or not show (control and format characters, line separators) as \uXXXX.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="keepLines">Whether the text has lines of its own, which then all end alike.</param>
    public static string Printable(string text, bool keepLines = false)
    {
        var shown = new StringBuilder();
        foreach (var rune in (keepLines ? text.ReplaceLineEndings("\n") : text).EnumerateRunes())
        {
            var isKept = keepLines && rune.Value is '\n' or '\t';
            var isObeyed = Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (!isObeyed || isKept) shown.Append(rune.ToString());
            else foreach (var c in rune.ToString()) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        return shown.ToString();
    }

    /// <summary>At most so many characters of the text, 64 unless said otherwise, what is not printable ASCII as \uXXXX.</summary>
    public static string Escape(string text, int maxLength = MaxShown)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, maxLength)))
        {
            if (c is >= ' ' and <= '~') shown.Append(c);
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        return text.Length > maxLength ? shown.Append("...").ToString() : shown.ToString();
    }
}
