using System.Text;
using System.Text.Json;
using Ccr.Core.Events;
using Ccr.Core.Events.Mappings;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

/// <summary>What the README of the events shows is true.</summary>
public class EventsReadmeTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Events");
    private static readonly string Readme = File.ReadAllText(Path.Combine(Folder, "README.md"));
    private static readonly string Pages = string.Join(
        '\n', Directory.EnumerateFiles(Path.Combine(Folder, "Sources"), "*.md").Order(StringComparer.Ordinal).Select(File.ReadAllText));

    private readonly EventReader _reader = new(Some.EventOptions());

    [Fact]
    public void Readme_TableOfSources_NamesEverySource()
    {
        var named = Readme.Split("## Settings")[0].Split('\n').Where(
            line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);

        Assert.Equal(_reader.SourceNames, named);
    }

    [Fact]
    public void Readme_Mapping_IsValid()
    {
        MappingFile.Parse(Encoding.UTF8.GetBytes(Json("\"recognise\"")), out var faults);

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("\"ccr.reinstall.requested\"", "ccr")]
    [InlineData("\"ccr.servicenow.cmdb/1\"", "servicenow-cmdb")]
    public void Readme_Event_IsARequest(string holding, string source)
    {
        var part = Assert.IsType<MachinePart>(Assert.Single(_reader.Read(Some.Event(Json(holding))).Parts));

        Assert.Equal((source, "PC01", "CORP"), (part.Event.Source, part.MachineText, part.Domain));
    }

    [Fact]
    public void Readme_NagiosCommand_SendsWhatIsRead()
    {
        var template = Page("nagios").Split("-d '")[1].Split('\'')[0];
        var body = template.Replace(
            "$NOTIFICATIONTYPE$", "PROBLEM").Replace("$HOSTNAME$", "PC01").Replace("$HOSTSTATE$", "DOWN").Replace("$HOSTSTATETYPE$", "HARD")
            .Replace("$SERVICEDESC$", "").Replace("$SERVICESTATE$", "").Replace(
                "$SERVICESTATETYPE$", "").Replace("$HOSTPROBLEMID$", "17").Replace("$TIMET$", "1769903998");

        var part = Assert.IsType<MachinePart>(Assert.Single(_reader.Read(Some.Event(body)).Parts));

        Assert.Equal(("nagios", "PC01"), (part.Event.Source, part.MachineText));
    }

    [Fact]
    public void Readme_Settings_AreThoseOfTheOptions()
    {
        Assert.All(typeof(EventOptions).GetProperties(), option => Assert.Contains($"| `{option.Name}", Readme));
    }

    /// <summary>Of every place the last name is in the page, so that nothing is read that nobody wrote down.</summary>
    [Theory]
    [MemberData(nameof(Mappings))]
    public void Page_OfAMapping_NamesEveryFieldThatIsRead(string name)
    {
        MappingFile.Parse(EmbeddedFile.Read(name), out var faults);
        Assert.Empty(faults);
        using var mapping = JsonDocument.Parse(EmbeddedFile.Read(name));
        var source = mapping.RootElement.GetProperty("source").GetString()!;
        var page = Page(source.StartsWith("servicenow", StringComparison.Ordinal) ? "servicenow" : source);

        Assert.All(FieldsIn(mapping.RootElement), field => Assert.Contains(field, page, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Page_OfEverySource_SaysOfEachFieldAsWhatItIsReadAndWhy()
    {
        var tables = Directory.EnumerateFiles(Path.Combine(Folder, "Sources"), "*.md")
            .Select(File.ReadAllText).Select(page => page.Split("| field | read as | why |\n|---|---|---|\n")).ToList();

        Assert.All(tables, page => Assert.Equal(2, page.Length));
        var rows = tables.SelectMany(page => page[1].Split('\n').TakeWhile(line => line.StartsWith('|'))).ToList();
        Assert.All(rows, row => Assert.Matches(@"^(\| [^| ][^|]* ){3}\|$", row));
    }

    public static TheoryData<string> Mappings => [.. EmbeddedFile.Mappings];

    private static IEnumerable<string> FieldsIn(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => FieldsIn(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(FieldsIn),
        JsonValueKind.String when value.GetString()! is ['$' or '@', _, ..] path
            && Selector.TryParse(path, out _, out _) => NamesAtTheEndOf(path.Split('|')[0].TrimEnd()),
        _ => [],
    };

    private static IEnumerable<string> NamesAtTheEndOf(string path)
    {
        path = path.Replace("[*]", "", StringComparison.Ordinal);
        if (path.EndsWith("']", StringComparison.Ordinal)) return path[(path.LastIndexOf('[') + 1)..^1].Split(',').Select(name => name.Trim('\''));
        return path.EndsWith("].value", StringComparison.Ordinal) ? [path.Split('\'')[^2]] : [path[(path.LastIndexOfAny(['.', '$', '@']) + 1)..].Split('[')[0]];
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Folder, "Sources", $"{name}.md"));

    private static string Json(string holding) =>
        (Readme + Pages).Split("```json")[1..].Select(block => block.Split("```")[0]).Single(block => block.Contains(holding));
}
