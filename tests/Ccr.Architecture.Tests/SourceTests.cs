using System.Text.RegularExpressions;
using Ccr.Architecture.Tests.Support;

namespace Ccr.Architecture.Tests;

/// <summary>What holds for every source file.</summary>
public sealed partial class SourceTests
{
    private const int Widest = 160;

    /// <summary>The most lines of C# that the source may have. The aim is 19,500; it may only go down, or up with a word about why.</summary>
    private const int MostLines = 39_820;

    /// <summary>Generated files and data, which nobody reads line by line.</summary>
    private static readonly string[] MayBeWider = [];

    /// <summary>Types that may share their name: each project has its own log messages and its own start.</summary>
    private static readonly string[] MayShareAName = ["Log", "Program"];

    [Fact]
    public void Lines_OfTextAndCode_AreNotTooWide() => Assert.Equal([], Repository.Files(".", ".cs", ".md", ".csproj")
        .Where(path => !MayBeWider.Contains(path))
        .SelectMany(path => Repository.ReadLines(path).Select((line, index) => (Line: Countable(path, line), Where: $"{path}:{index + 1}")))
        .Where(each => each.Line.Length > Widest)
        .Select(each => $"{each.Where} has {each.Line.Length} columns"));

    /// <summary>What counts of a line: not rows of tables, commands that are copied, or texts that tests send or compare; these are kept whole.</summary>
    private static string Countable(string path, string line)
    {
        if (path.EndsWith(".md", StringComparison.Ordinal)) return line.StartsWith('|') || line.StartsWith("    ", StringComparison.Ordinal) ? "" : line;
        return path.StartsWith("tests/", StringComparison.Ordinal) ? TextLiteral().Replace(line, "") : line;
    }

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TextLiteral();

    [Fact]
    public void Source_AsAWhole_StaysSmall()
    {
        var lines = Repository.Files("src", ".cs")
            .Sum(path => Repository.ReadLines(path).Length);

        Assert.InRange(lines, 1, MostLines);
    }

    [Fact]
    public void Types_OfAllOfSource_HaveNamesOfTheirOwn()
    {
        var types = Catalogues.Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsNested: false, Namespace: not null } && type.Namespace.StartsWith("Ccr.", StringComparison.Ordinal)
                && !type.Name.Contains('<', StringComparison.Ordinal))
            .Where(type => !MayShareAName.Contains(type.Name));

        Assert.Equal([], types.GroupBy(type => type.Name).Where(group => group.Count() > 1).Select(group => string.Join(" and ", group)));
    }
}
