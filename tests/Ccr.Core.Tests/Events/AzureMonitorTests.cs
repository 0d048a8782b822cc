using Ccr.Core.Events;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

public class AzureMonitorTests
{
    private const string VirtualMachine =
        "/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/pc07";

    private const string Workspace =
        "/subscriptions/s/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/ws";

    private readonly EventReader _reader = new(new EventOptions());

    [Fact]
    public void Read_LogAlert_TakesTheComputerDimensions()
    {
        var reading = _reader.Read(Some.Event(Alert(
            items: "\"pc99\"",
            context: """{ "condition": { "allOf": [ { "dimensions": [ { "name": "Computer", "value": "PC01" }, { "name": "Other", "value": "x" } ] }, { "dimensions": null }, { "dimensions": [ { "name": "Computer", "value": "PC02" } ] } ] } }""")));

        Assert.Equal(["PC01", "PC02"], reading.Parts.Select(p => p.MachineText));
        Assert.All(reading.Parts, p => Assert.IsType<MachinePart>(p));
    }

    [Fact]
    public void Read_MetricAlert_TakesTheConfigurationItems()
    {
        var reading = _reader.Read(Some.Event(Alert(items: $"\"pc05\", \"{VirtualMachine}\", \"{Workspace}\", \"PC05\"", targets: $"\"{Workspace}\"")));

        Assert.Equal(["pc05", "pc07"], reading.Parts.Select(p => p.MachineText));
    }

    [Fact]
    public void Read_OnlyTargets_TakesAVirtualMachineAndNeverTheWorkspace()
    {
        var reading = _reader.Read(Some.Event(Alert(targets: $"\"{Workspace}\", \"{VirtualMachine}\"")));

        Assert.Equal("pc07", Assert.Single(reading.Parts).MachineText);
    }

    [Fact]
    public void Read_WorkspaceAlone_IsRejectedSayingWhereItLooked()
    {
        var reading = _reader.Read(Some.Event(Alert(targets: $"\"{Workspace}\"")));

        var part = Assert.IsType<EndedPart>(Assert.Single(reading.Parts));
        Assert.Equal(EventReasons.NotAMachine, part.Verdict.Reason);
        Assert.Contains("Computer", part.Verdict.Detail);
        Assert.Contains("'microsoft.operationalinsights/workspaces' is no type of machine", part.Verdict.Detail);
    }

    [Fact]
    public void Read_Resolved_IsIgnoredForEachMachine()
    {
        var reading = _reader.Read(Some.Event(Alert(condition: "Resolved", items: "\"pc05\", \"pc06\"")));

        Assert.Equal(["pc05", "pc06"], reading.Parts.Select(p => p.MachineText));
        Assert.All(reading.Parts, p => Assert.Equal(Outcome.Ignored, Assert.IsType<EndedPart>(p).Verdict.Outcome));
    }

    [Fact]
    public void Read_FiredAndResolved_AreTwoEvents()
    {
        var fired = _reader.Read(Some.Event(Alert(items: "\"pc05\"")));
        var resolved = _reader.Read(Some.Event(Alert(condition: "Resolved", items: "\"pc05\"")));

        Assert.NotEqual(Assert.Single(fired.Parts).Event.Id, Assert.Single(resolved.Parts).Event.Id);
    }

    [Theory]
    [InlineData("Unknown")]
    [InlineData("")]
    [InlineData("*")]
    public void Read_OtherCondition_IsRejected(string condition)
    {
        var reading = _reader.Read(Some.Event(Alert(condition: condition, items: "\"pc05\"")));

        Assert.Equal(EventReasons.WrongSchema, Assert.IsType<EndedPart>(Assert.Single(reading.Parts)).Verdict.Reason);
    }

    [Fact]
    public void Read_MoreMachinesThanAllowed_IsRejectedAsAWhole()
    {
        var items = string.Join(", ", Enumerable.Range(0, 201).Select(i => $"\"pc{i}\""));

        var reading = _reader.Read(Some.Event(Alert(items: items)));

        Assert.Equal(EventReasons.TooManyMachines, Assert.IsType<EndedPart>(Assert.Single(reading.Parts)).Verdict.Reason);
    }

    private static string Alert(string condition = "Fired", string items = "", string targets = $"\"{Workspace}\"", string context = "{}") =>
        $$"""
        { "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": {
            "alertId": "/alerts/a1", "alertRule": "SMS client missing", "severity": "Sev3", "monitorCondition": "{{condition}}",
            "alertTargetIDs": [ {{targets}} ], "configurationItems": [ {{items}} ], "firedDateTime": "2026-01-31T11:59:00.3713213Z" },
          "alertContext": {{context}} } }
        """;
}
