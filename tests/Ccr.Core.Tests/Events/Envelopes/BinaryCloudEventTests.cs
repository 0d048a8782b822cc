using Ccr.Core.Events;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events.Envelopes;

public class BinaryCloudEventTests
{
    private readonly EventReader _reader = new(new EventOptions());

    [Theory]
    [InlineData("cloudEvents_")]
    [InlineData("cloudEvents:")]
    public void Read_BinaryMode_TakesTheAttributesFromTheProperties(string prefix)
    {
        var reading = _reader.Read(Some.Event("""{ "machine": "PC01", "dryRun": true }""", Attributes(prefix), "application/json"));

        var part = Assert.IsType<MachinePart>(Assert.Single(reading.Parts));
        Assert.Equal(new EventIdentity("ccr", "/cmdb 7", new DateTimeOffset(2026, 1, 30, 8, 0, 0, TimeSpan.Zero)), part.Event);
        Assert.Equal(("PC01", true), (part.MachineText, part.DryRun));
    }

    [Fact]
    public void Read_TimeAsAmqpTimestamp_IsTheEventsTime()
    {
        var attributes = Attributes("cloudEvents:");
        attributes["cloudEvents:time"] = new DateTime(2026, 1, 29, 8, 0, 0, DateTimeKind.Utc);

        var reading = _reader.Read(Some.Event("""{ "machine": "PC01" }""", attributes));

        Assert.Equal(new DateTimeOffset(2026, 1, 29, 8, 0, 0, TimeSpan.Zero), Assert.Single(reading.Parts).Event.Time);
    }

    [Fact]
    public void Read_BinaryModeAroundAnArray_DoesNotTakeTheArrayForSeveralEvents()
    {
        var reading = _reader.Read(Some.Event("""[{ "machine": "PC01" }]""", Attributes("cloudEvents_")));

        Assert.Equal(EventReasons.WrongSchema, Assert.IsType<EndedPart>(Assert.Single(reading.Parts)).Verdict.Reason);
    }

    [Fact]
    public void Read_StructuredModeWithCopiedAttributes_IsReadFromTheBody()
    {
        var reading = _reader.Read(Some.Event(Some.CloudEvent("""{ "machine": "PC02" }"""), Attributes("cloudEvents_"), "application/cloudevents+json; charset=utf-8"));

        var part = Assert.IsType<MachinePart>(Assert.Single(reading.Parts));
        Assert.Equal(("/cmdb 1", "PC02"), (part.Event.Id, part.MachineText));
    }

    [Theory]
    [InlineData("specversion", "0.3")]
    [InlineData("specversion", 1.0)]
    [InlineData("id", "")]
    [InlineData("id", 7)]
    [InlineData("source", null)]
    [InlineData("type", null)]
    [InlineData("time", "yesterday")]
    [InlineData("time", 1769903998L)]
    public void Read_BadAttribute_IsRejectedByItsName(string attribute, object? value)
    {
        var attributes = Attributes("cloudEvents_");
        attributes[$"cloudEvents_{attribute}"] = value!;

        var reading = _reader.Read(Some.Event("""{ "machine": "PC01" }""", attributes));

        var verdict = Assert.IsType<EndedPart>(Assert.Single(reading.Parts)).Verdict;
        Assert.Equal((Outcome.Rejected, EventReasons.WrongSchema), (verdict.Outcome, verdict.Reason));
        Assert.Contains($"'cloudEvents_{attribute}'", verdict.Detail);
    }

    private static Dictionary<string, object> Attributes(string prefix) => new(StringComparer.Ordinal)
    {
        [$"{prefix}specversion"] = "1.0",
        [$"{prefix}type"] = "ccr.reinstall.requested",
        [$"{prefix}source"] = new Uri("/cmdb", UriKind.Relative),
        [$"{prefix}id"] = "7",
        [$"{prefix}time"] = "2026-01-30T09:00:00+01:00",
    };
}
