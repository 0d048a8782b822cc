using Ccr.Core.Events;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events.Mappings;

/// <summary>A source is added with a mapping file alone: the older metric alerts of Azure Monitor.</summary>
public sealed class OwnMappingTests : IDisposable
{
    private const string Mapping =
        """
        {
          "source": "azure-monitor-classic",
          "title": "Azure Monitor, older metric alerts",
          "recognise": [ { "at": "$.schemaId", "is": ["AzureMonitorMetricAlert"] } ],
          "state": [ { "at": "$.data.status", "fired": ["Activated"], "resolved": ["Deactivated"] } ],
          "machine": [ { "at": "$.data.context.resourceName", "as": "host" } ],
          "id": ["$.data.context.id", "$.data.context.timestamp"],
          "time": [ { "at": "$.data.context.timestamp", "format": "iso" } ],
          "severity": "$.data.context.severity",
          "rule": "$.data.context.name",
          "only": { "severities": ["2", "3"] },
          "dnsSuffixes": { "vdi.example.com": "VDI" }
        }
        """;

    private readonly TemporaryFile _file = new(Mapping);

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Read_EventOfTheNewSource_IsARequest()
    {
        var part = Assert.Single(Read(Alert("Activated", "vdi-0007.vdi.example.com")));

        var machine = Assert.IsType<MachinePart>(part);
        Assert.Equal(("azure-monitor-classic", "/a 2026-01-31T11:00:00Z Activated"), (part.Event.Source, part.Event.Id));
        Assert.Equal(("vdi-0007", "VDI", "Azure Monitor, older metric alerts"), (machine.MachineText, machine.Domain, machine.RequestedBy));
    }

    [Fact]
    public void Read_ResolvedEventOfTheNewSource_IsIgnored()
    {
        Assert.Equal(EventReasons.Resolved, Assert.IsType<EndedPart>(Assert.Single(Read(Alert("Deactivated", "PC01")))).Verdict.Reason);
    }

    [Fact]
    public void Read_SeverityThatTheMappingLeavesOut_IsIgnored()
    {
        var body = Alert("Activated", "PC01").Replace("\"3\"", "4", StringComparison.Ordinal);

        Assert.Equal(EventReasons.NotMeant, Assert.IsType<EndedPart>(Assert.Single(Read(body))).Verdict.Reason);
    }

    [Fact]
    public void Read_SeveritiesInTheConfiguration_ReplaceThoseOfTheMapping()
    {
        var body = Alert("Activated", "PC01").Replace("\"3\"", "4", StringComparison.Ordinal);
        var source = new SourceOptions();
        source.Severities.Add("4");

        Assert.IsType<MachinePart>(Assert.Single(Read(body, options => options.Sources["azure-monitor-classic"] = source)));
    }

    [Fact]
    public void Read_MappingWithABuiltInName_ReplacesTheBuiltInOne()
    {
        using var file = new TemporaryFile(
            """{ "source": "zabbix", "recognise": [ { "at": "attribute:type", "is": ["zabbix.problem"] } ], "machine": [ { "at": "attribute:subject", "as": "host" } ], "site": "property:site" }""");
        var options = new EventOptions();
        options.MappingFiles.Add(file.Path);
        var body = """{ "specversion": "1.0", "type": "zabbix.problem", "source": "/z", "id": "1", "subject": "PC01", "data": {} }""";

        var part = Assert.Single(new EventReader(options).Read(Some.Event(body, new Dictionary<string, object> { ["site"] = "hq" })).Parts);

        var machine = Assert.IsType<MachinePart>(part);
        Assert.Equal(("zabbix", "PC01", "hq"), (machine.Event.Source, machine.MachineText, machine.Site));
    }

    private static string Alert(string status, string resource) =>
        $$"""
        { "schemaId": "AzureMonitorMetricAlert", "data": { "version": "2.0", "status": "{{status}}", "context": {
          "id": "/a", "timestamp": "2026-01-31T11:00:00Z", "name": "ClientHealth", "severity": "3", "resourceName": "{{resource}}" } } }
        """;

    private IReadOnlyList<EventPart> Read(string body, Action<EventOptions>? configure = null)
    {
        var options = new EventOptions();
        options.MappingFiles.Add(_file.Path);
        configure?.Invoke(options);
        Assert.Empty(options.FindFaults("Ccr:Events"));
        return new EventReader(options).Read(Some.Event(body)).Parts;
    }
}
