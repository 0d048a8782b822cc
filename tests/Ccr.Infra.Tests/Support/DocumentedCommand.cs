using System.Text.RegularExpressions;

namespace Ccr.Infra.Tests.Support;

/// <summary>One command of a block in a page, as its words.</summary>
internal sealed partial record DocumentedCommand(string Page, IReadOnlyList<string> Words)
{
    private const string OfTheSources = "dotnet run --project src/Ccr.Cli -- ";

    /// <summary>The program: ccr, az or azd.</summary>
    public string Program => Words[0];

    public IEnumerable<string> Options => Words.Where(word => word.StartsWith("--", StringComparison.Ordinal)).Select(word => word.Split('=')[0]);

    /// <summary>The words before the first option: for az and azd the command, and for azd what it is about.</summary>
    public string Name => string.Join(' ', Words.Skip(1).TakeWhile(word => !word.StartsWith('-')));

    /// <summary>The commands of all pages of infra, with lines that a backslash or an open quote continues.</summary>
    public static IEnumerable<DocumentedCommand> All() =>
        Directory.EnumerateFiles(Repository.PathOf("infra"), "*.md", SearchOption.AllDirectories).Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
            .SelectMany(file => In(Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)));

    internal static IEnumerable<DocumentedCommand> In(string page, string text)
    {
        var pending = "";
        foreach (var line in text.Split('\n'))
        {
            if (pending.Length == 0 && !line.StartsWith("    ", StringComparison.Ordinal)) continue;
            pending += $" {line.Trim()}";
            if (pending.EndsWith('\\'))
            {
                pending = pending[..^1];
            }
            else if (pending.Count(c => c == '\'') % 2 == 0)
            {
                if (Read(page, pending.Trim()) is { } command) yield return command;
                pending = "";
            }
        }

        // Commands between lines of text.
        foreach (Match match in Inline().Matches(text))
            if (Read(page, match.Groups["command"].Value) is { } command) yield return command;
    }

    private static DocumentedCommand? Read(string page, string text)
    {
        text = text.Replace(OfTheSources, "ccr ", StringComparison.Ordinal).Replace("dotnet run --project ../src/Ccr.Cli -- ", "ccr ", StringComparison.Ordinal);
        var words = Word().Matches(text).Select(match => match.Value.Trim('"', '\'')).TakeWhile(word => word is not ("|" or "&&" or ">")).ToList();
        return words is ["ccr" or "az" or "azd", _, ..] ? new DocumentedCommand(page, words) : null;
    }

    [GeneratedRegex("(\"[^\"]*\"|'[^']*'|[^\\s\"'])+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Word();

    [GeneratedRegex("`(?<command>(ccr|az|azd) [a-z][^`]*)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Inline();
}
