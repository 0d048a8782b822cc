namespace Ccr.Cli.Output;

/// <summary>Makes long text fit for people.</summary>
internal static class LongText
{
    private const int Longest = 300;
    private const int Indent = 4;

    /// <summary>
    /// The lines of a text in a terminal. They end at spaces only: a word that is longer than a line is a connection string, a URL or an id, which
    /// people copy, so that it stays in one piece.
    /// </summary>
    public static IEnumerable<string> Wrap(string text, int width)
    {
        var indent = "";
        while (indent.Length + text.Length > width)
        {
            var room = Math.Max(width - indent.Length, 0);
            var end = text.LastIndexOf(' ', room);
            if (end <= 0) end = text.IndexOf(' ', room);
            if (end < 0) break;

            yield return indent + text[..end].TrimEnd();
            (text, indent) = (text[end..].TrimStart(), new string(' ', Indent));
        }

        yield return indent + text;
    }

    /// <summary>The beginning of a long list, and how much more there is.</summary>
    public static string Shorten(string list)
    {
        if (list.Length <= Longest) return list;

        var separator = list.Split("; ").Length > 3 ? "; " : ", ";
        var pieces = list.Split(separator);
        var (kept, length) = (1, pieces[0].Length);
        while (kept < pieces.Length && (length += separator.Length + pieces[kept].Length) <= Longest) kept++;
        return kept == pieces.Length
            ? list
            : $"{string.Join(separator, pieces[..kept])}{separator}... and {pieces.Length - kept} more (--json shows all)";
    }
}
