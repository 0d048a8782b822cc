using Ccr.Architecture.Tests.Support;

namespace Ccr.Architecture.Tests;

/// <summary>Arrows only point down: between the folders of Ccr.Core, and between the projects.</summary>
public class FloorTests
{
    /// <summary>From the top down; each folder uses only those below it. src/Ccr.Core/README.md says the same.</summary>
    private static readonly string[] Floors =
    [
        Arrows.RootFolder, "Messaging", "Processing", "Verification", "Decisions", "Ledger", "Events", "Sites", "Agents", "Telemetry", "Configuration",
            "Results", "Views", "Machines", "Text",
    ];

    /// <summary>From the top down as well.</summary>
    private static readonly string[] Projects =
    [
        "Ccr.Cli", "Ccr.Functions", "Ccr.Console", "Ccr.Agent", "Ccr.Hosting", "Ccr.EmbeddedServiceBus", "Ccr.EmbeddedRelay", "Ccr.SiteSimulator",
        "Ccr.Core",
    ];

    [Fact]
    public void Folders_OfCore_UseOnlyThoseBelow() => Assert.Equal([], Upward(Arrows.OfCore(), Floors));

    [Fact]
    public void Folders_OfCore_MakeNoCircle() => Assert.Null(Arrows.FindCircle(Arrows.OfCore()));

    [Fact]
    public void Folders_OfCore_HoldOnlyTheirOwnNamespace() => Assert.Equal([], Repository.Files(Arrows.Core, ".cs").Where(path =>
    {
        var space = $"Ccr.Core.{string.Join('.', path[Arrows.Core.Length..].Split('/')[..^1])}".TrimEnd('.');
        return !Repository.ReadLines(path).Contains($"namespace {space};");
    }));

    [Fact]
    public void Readme_OfCore_NamesTheFloorsInTheirOrder()
    {
        var named = Repository.ReadLines("src/Ccr.Core/README.md").Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(line => line.Split('|')[1].Split('`').Where((_, i) => i % 2 == 1));

        Assert.Equal(Floors[1..], named.Select(folder => folder.TrimEnd('/')));
    }

    [Fact]
    public void Projects_UseOnlyThoseBelow() => Assert.Equal([], Upward(Arrows.OfProjects(), Projects));

    [Fact]
    public void Projects_MakeNoCircle() => Assert.Null(Arrows.FindCircle(Arrows.OfProjects()));

    [Fact]
    public void Amqp_OutsideOfTheEmbeddedBroker_IsNotReferenced() => Assert.Equal([], Repository.Files(".", ".csproj")
        .Where(path => Repository.Read(path).Contains("AMQPNetLite", StringComparison.Ordinal))
        .Where(path => !path.Contains("Ccr.EmbeddedServiceBus", StringComparison.Ordinal) && !path.Contains("Ccr.Performance", StringComparison.Ordinal)));

    [Theory]
    [InlineData("src/Ccr.Core/Results/A.cs", "using Ccr.Core.Sites;\n")]
    [InlineData("src/Ccr.Core/Results/A.cs", "class A { Ccr.Core.Sites.Site? Site; }\n")]
    [InlineData("src/Ccr.Core/Results/A.cs", "class A { object? Site = new Sites.Site(); }\n")]
    [InlineData("src/Ccr.Core/Results/A.cs", "/// <see cref=\"Sites.Site\"/>\nclass A { Sites.Site? Site; }\n")]
    [InlineData("src/Ccr.Core/Sites/A.cs", "class A { Options? Options; }\n")]
    public void Upward_OfAUseThatPointsUp_FindsIt(string path, string text)
    {
        var sources = new[] { (path, text), ("src/Ccr.Core/Sites/Site.cs", "public record Site;"), ("src/Ccr.Core/Options.cs", "public class Options {}"),
            ("src/Ccr.Core/Results/B.cs", "") };

        Assert.NotEmpty(Upward(Arrows.OfCore(sources), Floors));
    }

    [Fact]
    public void FindCircle_OfThree_NamesTheWay() =>
        Assert.Equal("A > B > C > A", Arrows.FindCircle([new Arrow("A", "B", ""), new Arrow("B", "C", ""), new Arrow("C", "A", ""), new Arrow("A", "D", "")]));

    private static IEnumerable<string> Upward(IEnumerable<Arrow> arrows, string[] floors) => arrows
        .Where(arrow => Array.IndexOf(floors, arrow.From) is var from && Array.IndexOf(floors, arrow.To) is var to && (from < 0 || to < 0 || from >= to))
        .Select(arrow => $"{arrow.From} uses {arrow.To}: {arrow.Where}");
}
