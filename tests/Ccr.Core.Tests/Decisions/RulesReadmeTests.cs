using System.Collections;
using System.Globalization;
using System.Text.RegularExpressions;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Sites;

namespace Ccr.Core.Tests.Decisions;

/// <summary>The table of rules says what the options and the catalogue say.</summary>
public partial class RulesReadmeTests
{
    private static readonly string[][] Rows =
    [
        .. File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Decisions", "README.md"))
            .SkipWhile(line => !line.StartsWith("| rule ", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()),
    ];

    [Fact]
    public void Table_Codes_AreThoseOfTheCatalogueEachOnce()
    {
        var named = Rows.SelectMany(row => row[4].Split(", ")).Where(code => code.StartsWith("CCR2", StringComparison.Ordinal));

        var said = DecisionReasons.All.Concat([ManagementPointReasons.NotInTime, ManagementPointReasons.CircuitOpen]);
        Assert.Equal(said.Select(reason => reason.Code).Order(), named.Order());
    }

    [Fact]
    public void Table_Settings_AreThoseOfTheOptionsEachOnce()
    {
        var sections = new[] { "Submissions", "Targets", "Freshness", "Storms", "Rate", "Circuit" }
            .SelectMany(section => typeof(CcrOptions).GetProperty(section)!.PropertyType.GetProperties().Select(option => $"{section}:{option.Name}"));
        var windows = typeof(WindowOptions).GetProperties().Select(option => $"Windows:<site>:<n>:{option.Name}");

        Assert.Equal(sections.Concat(windows).Order(), Settings().Select(setting => setting.Key).Order());
    }

    [Fact]
    public void Table_Defaults_AreThoseOfTheOptions()
    {
        Assert.All(Settings(), setting => Assert.Equal(setting.Default, DefaultOf(setting.Key, setting.Default)));
    }

    [GeneratedRegex("`(?<key>[A-Z][^`]*:[^`]+)` (?<default>[^,]+)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Setting();

    private static IEnumerable<(string Key, string Default)> Settings() =>
        Rows.SelectMany(row => Setting().Matches(row[3])).Select(match => (match.Groups["key"].Value, match.Groups["default"].Value));

    /// <summary>A default as the table writes it; for a list that is empty, or nothing, whatever words it has for that.</summary>
    private static string DefaultOf(string key, string words)
    {
        var path = key.Split(':');
        var options = path[0] == "Windows" ? new WindowOptions() : typeof(CcrOptions).GetProperty(path[0])!.GetValue(new CcrOptions())!;
        return options.GetType().GetProperty(path[^1])!.GetValue(options) switch
        {
            null or ICollection { Count: 0 } => char.IsAsciiLetter(words[0]) ? words : "",
            var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }
}
