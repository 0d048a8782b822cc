using System.Text.RegularExpressions;
using Ccr.Architecture.Tests.Support;
using Ccr.Core.Results;

namespace Ccr.Architecture.Tests;

/// <summary>Each code is defined once, in a catalogue, and documented.</summary>
public partial class ReasonTests
{
    [Fact]
    public void Code_OfAllAssemblies_IsDefinedOnceAndWellFormed()
    {
        Assert.True(Catalogues.Defined.Count > 50);
        Assert.All(Catalogues.Defined, each => Assert.Matches("^CCR[1-5][0-9]{3}$", each.Reason.Code));
        Assert.Equal([], Catalogues.Defined.GroupBy(each => each.Reason.Code).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void MeaningAndRemedy_AreGivenForEveryReason() => Assert.All(
        Catalogues.Defined, each => Assert.True(each.Reason.Meaning.Length > 5 && each.Reason.Remedy.EndsWith('.'), each.Reason.Code));

    [Fact]
    public void Remedy_OfAnyReason_NamesNoSourceFile() =>
        Assert.All(Catalogues.Defined, each => Assert.DoesNotContain(".cs", each.Reason.Remedy, StringComparison.Ordinal));

    [Fact]
    public void All_OfEveryCatalogue_HoldsWhatIsDefinedInIt() => Assert.All(Catalogues.Defined.GroupBy(each => each.Catalogue), catalogue =>
    {
        Assert.EndsWith("Reasons", catalogue.Key.Name);
        var all = catalogue.Key.GetProperty("All")?.GetValue(null) as IEnumerable<ReasonCode> ?? [];
        Assert.Equal(catalogue.Select(each => each.Reason.Code).Order(), all.Select(reason => reason.Code).Order());
    });

    [Fact]
    public void Source_OutsideOfTheCatalogues_WritesNoCode() => Assert.Equal([], Repository.Files("src", ".cs")
        .Where(path => !path.EndsWith("Reasons.cs", StringComparison.Ordinal))
        .SelectMany(path => Repository.ReadLines(path).Select((line, index) => (line, where: $"{path}:{index + 1}")))
        .Where(each => Code().IsMatch(each.line) && !each.line.TrimStart().StartsWith("///", StringComparison.Ordinal))
        .Select(each => each.where));

    /// <summary>The table of src/README.md gives each catalogue a range: <c>CCR32xx</c> or <c>CCR5001</c>.</summary>
    [Fact]
    public void Readme_OfSource_NamesTheRangeOfEveryCode()
    {
        var ranges = Repository.ReadLines("src/README.md").Where(line => line.StartsWith("| CCR", StringComparison.Ordinal)).Select(line => line.Split('|')[1])
            .SelectMany(cell => Range().Matches(cell)).Select(match => match.Value.TrimEnd('x')).ToList();

        Assert.Equal([], Catalogues.Defined.Where(each => !ranges.Exists(range => each.Reason.Code.StartsWith(range, StringComparison.Ordinal)))
            .Select(each => each.Reason.Code));
    }

    [GeneratedRegex("CCR[0-9]{4}", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Code();

    [GeneratedRegex("CCR[0-9]{1,4}x{0,3}", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Range();
}
