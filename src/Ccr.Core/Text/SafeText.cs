using System.Globalization;
using System.Text;

namespace Ccr.Core.Text;

/// <summary>Makes text from outside fit to be shown: in one line, of bounded length, with nothing invisible in it.</summary>
public static class SafeText
{
    private const int MaxShown = 64;

    /// <summary>The text between quotation marks, at most 64 characters of it, what is not printable ASCII as \uXXXX.</summary>
    public static string Quote(string text) => $"'{Escape(text)}'";

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

    /// <summary>The whole text in its lines, without what a terminal obeys or what turns or hides the text around it: such characters as \uXXXX.</summary>
    public static string EscapeInvisible(string text)
    {
        var shown = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var isInvisible = c is not ('\n' or '\r' or '\t') && char.GetUnicodeCategory(c)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (isInvisible) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else shown.Append(c);
        }

        return shown.ToString();
    }
}
