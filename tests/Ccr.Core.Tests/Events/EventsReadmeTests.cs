using System.Text;
using Ccr.Core.Events;
using Ccr.Core.Events.Mappings;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

/// <summary>What the README of the events shows is true.</summary>
public class EventsReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Events", "README.md"));

    private readonly EventReader _reader = new(Some.EventOptions());

    [Fact]
    public void Readme_TableOfSources_NamesEverySource()
    {
        var named = Readme.Split("## Settings")[0].Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('`')[1]);

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
        var template = Readme.Split("-d '")[1].Split('\'')[0];
        var body = template.Replace("$NOTIFICATIONTYPE$", "PROBLEM").Replace("$HOSTNAME$", "PC01").Replace("$HOSTSTATETYPE$", "HARD")
            .Replace("$SERVICESTATETYPE$", "").Replace("$TIMET$", "1769903998");

        var part = Assert.IsType<MachinePart>(Assert.Single(_reader.Read(Some.Event(body)).Parts));

        Assert.Equal(("nagios", "PC01"), (part.Event.Source, part.MachineText));
    }

    [Fact]
    public void Readme_Settings_AreThoseOfTheOptions()
    {
        Assert.All(typeof(EventOptions).GetProperties(), option => Assert.Contains($"| `{option.Name}", Readme));
    }

    private static string Json(string holding) => Readme.Split("```json")[1..].Select(block => block.Split("```")[0]).Single(block => block.Contains(holding));
}
