using System.Text.RegularExpressions;

namespace Ccr.Infra.Tests.Support;

/// <summary>What a query names, as far as queries of ours go: one table, operators, and columns of its own making.</summary>
internal sealed partial class Kql
{
    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "where", "extend", "summarize", "project", "order", "by", "take", "and", "or", "in", "desc", "asc", "between", "real", "null", "bin", "true", "false",
    };

    public Kql(string query)
    {
        Query = query;
        Table = Word().Match(query).Value;
        Texts = [.. Text().Matches(Dimension().Replace(query, " ")).Select(match => match.Groups["text"].Value)];
        Dimensions = [.. Dimension().Matches(query).Select(match => match.Groups["name"].Value)];
        var bare = Text().Replace(Dimension().Replace(query, " "), "\"\"");
        var made = Made().Matches(bare).Select(match => match.Groups["name"].Value)
            .Concat(MadeTogether().Matches(bare).SelectMany(match => Word().Matches(match.Groups["names"].Value).Select(name => name.Value)))
            .ToHashSet(StringComparer.Ordinal);
        Columns = [.. Column().Matches(bare[Table.Length..]).Select(match => match.Value)
            .Where(name => !Words.Contains(name) && !made.Contains(name)).Distinct()];
    }

    public string Query { get; }

    public string Table { get; }

    /// <summary>The columns that it takes from the table.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The custom dimensions that it asks for.</summary>
    public IReadOnlyList<string> Dimensions { get; }

    /// <summary>Everything in quotes that is no dimension: names and values.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>The metrics or activities.</summary>
    public IEnumerable<string> Names => Texts.Where(text => text.StartsWith("ccr.", StringComparison.Ordinal));

    /// <summary>The values that an outcome is compared with.</summary>
    public IEnumerable<string> Outcomes => Texts.Where(text => text.Length > 0 && char.IsAsciiLetterUpper(text[0]));

    /// <summary>All queries of a file: in Bicep in single quotes, in JSON in double ones.</summary>
    public static IEnumerable<Kql> InFile(string path)
    {
        var text = File.ReadAllText(path);
        var found = path.EndsWith(".json", StringComparison.Ordinal)
            ? JsonQuery().Matches(text).Select(match => Regex.Unescape(match.Groups["query"].Value))
            : BicepQuery().Matches(text).Select(match => Hole().Replace(match.Groups["query"].Value, "1"));
        return found.Select(query => new Kql(query.Replace("{Time:grain}", "1h", StringComparison.Ordinal)));
    }

    [GeneratedRegex("\"query\": \"(?<query>(?:[^\"\\\\]|\\\\.)*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex JsonQuery();

    [GeneratedRegex("query: '(?<query>[^']*)'", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex BicepQuery();

    [GeneratedRegex(@"\$\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Hole();

    [GeneratedRegex(@"customDimensions(\.(?<name>\w+)|\[""(?<name>[^""]+)""\])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Dimension();

    [GeneratedRegex("\"(?<text>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Text();

    [GeneratedRegex(@"\b(?<name>[A-Za-z_]\w*)\s*=(?![=~])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Made();

    [GeneratedRegex(@"\((?<names>[^()]*)\)\s*=(?!=)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex MadeTogether();

    [GeneratedRegex(@"[A-Za-z_]\w*", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();

    /// <summary>A word that is no function, and no number with a unit.</summary>
    [GeneratedRegex(@"(?<![\w.])[A-Za-z_]\w*\b(?!\s*\()", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Column();
}
