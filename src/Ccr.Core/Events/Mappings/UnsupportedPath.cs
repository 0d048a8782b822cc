namespace Ccr.Core.Events.Mappings;

/// <summary>Names what a path has of RFC 9535 that is not supported here, so that nobody looks for a mistake in typing.</summary>
internal static class UnsupportedPath
{
    private static readonly (string Sign, string Name)[] InFilters =
    [
        ("&&", "the logical operator &&"), ("||", "the logical operator ||"), ("!=", "the comparison !="), ("<=", "the comparison <="), (">=", "the comparison >="), ("<", "the comparison <"), (">", "the comparison >"),
        ("length(", "the function length()"), ("count(", "the function count()"), ("match(", "the function match()"),
        ("search(", "the function search()"), ("value(", "the function value()"), ("!", "the logical operator !"), ("$", "a path from $ in a filter"),
    ];

    /// <summary>Continues the sentence that the rest of a path was not understood; null when it is nothing known.</summary>
    public static string? NameOf(string rest) => FindName(rest) is { } name ? $": {name} of RFC 9535 is not supported" : null;

    private static string? FindName(string rest)
    {
        if (rest.StartsWith("..", StringComparison.Ordinal)) return "the descendant segment '..'";
        if (rest.StartsWith("[?", StringComparison.Ordinal)) return FindNameInFilter(WithoutQuoted(rest));
        if (!rest.StartsWith('[')) return null;

        var inside = rest[1..].Split(']')[0];
        if (inside.Length > 0 && inside.Contains(':') && inside.All(c => char.IsAsciiDigit(c) || c is ':' or '-' or ' ')) return "the slice selector";
        return inside.Contains(',') ? "a list of other selectors than names" : null;
    }

    private static string? FindNameInFilter(string filter)
    {
        foreach (var (sign, name) in InFilters)
        {
            if (filter.Contains(sign, StringComparison.Ordinal)) return name;
        }

        if (!filter.Contains("==", StringComparison.Ordinal)) return "the existence test in a filter";
        return filter.Contains("''", StringComparison.Ordinal) ? null : "a comparison with a number, true, false, null or another path";
    }

    /// <summary>The filter with every text in quotes made empty, as a text may hold any sign.</summary>
    private static string WithoutQuoted(string filter)
    {
        var pieces = filter.Replace('"', '\'').Split('\'');
        return string.Join("''", pieces.Where((_, i) => i % 2 == 0));
    }
}
