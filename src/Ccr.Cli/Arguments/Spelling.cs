namespace Ccr.Cli.Arguments;

/// <summary>What somebody may have meant who misspelt a command or an option.</summary>
internal static class Spelling
{
    /// <summary>The nearest of some words, if it is near: a third of its letters may be wrong, missing, too many, or swapped with the next.</summary>
    public static string? Nearest(string word, IEnumerable<string> words) => words
        .Select(each => (Word: each, Distance: DistanceOf(word, each)))
        .Where(each => each.Distance <= Math.Max(1, each.Word.TrimStart('-').Length / 3)
            || (word.Length > 2 && each.Word.StartsWith(word, StringComparison.Ordinal)))
        .OrderBy(each => each.Distance).ThenBy(each => each.Word, StringComparer.Ordinal)
        .Select(each => each.Word).FirstOrDefault();

    /// <summary>How many letters are to be changed, added, removed, or swapped with the next, to make one word of another.</summary>
    public static int DistanceOf(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var changed = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(changed, 1 + Math.Min(d[i - 1, j], d[i, j - 1]));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], 1 + d[i - 2, j - 2]);
            }
        }

        return d[a.Length, b.Length];
    }
}
