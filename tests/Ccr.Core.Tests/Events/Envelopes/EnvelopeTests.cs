using Ccr.Core.Events;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events.Envelopes;

public class EnvelopeTests
{
    private readonly EventReader _reader = new(new EventOptions());

    [Fact]
    public void Read_EventGridAroundOurData_IsReadAsStrictlyAsCloudEvents()
    {
        var reading = _reader.Read(
            Some.Event($"[ {EventGrid("""{ "machine": "PC01" }""", "1")}, {EventGrid("""{ "machine": "PC02", "dry_run": true }""", "2")} ]"));

        Assert.Equal(["/topic 1", "/topic 2"], reading.Parts.Select(p => p.Event.Id));
        Assert.Equal("PC01", Assert.IsType<MachinePart>(reading.Parts[0]).MachineText);
        Assert.Equal(EventReasons.UnknownMember, Assert.IsType<EndedPart>(reading.Parts[1]).Verdict.Reason);
    }

    [Fact]
    public void Read_EventGridAroundCloudEvents_IsIdentifiedByTheInnerEvent()
    {
        var reading = _reader.Read(Some.Event(EventGrid(Some.CloudEvent("""{ "machine": "PC01" }"""), "1", "Forwarded")));

        Assert.Equal(("ccr", "/cmdb 1"), (Assert.Single(reading.Parts).Event.Source, reading.Parts[0].Event.Id));
    }

    [Fact]
    public void Read_ArrayWithOneBadEvent_LeavesTheOthersAlone()
    {
        var reading = _reader.Read(Some.Event("""[ { "machine": "PC01" }, 7, { "specversion": "1.0" }, { "machine": "PC02" } ]"""));

        Assert.Equal([typeof(MachinePart), typeof(EndedPart), typeof(EndedPart), typeof(MachinePart)], reading.Parts.Select(p => p.GetType()));
    }

    [Fact]
    public void Read_SameMachineTwiceInAnArray_AreTwoRequests()
    {
        var reading = _reader.Read(
            Some.Event($"[ {Some.CloudEvent("""{ "machine": "PC01" }""")}, {Some.CloudEvent("""{ "machine": "pc01", "dryRun": true }""")} ]"));

        Assert.Equal(["/cmdb 1", "/cmdb 1 #2"], reading.Parts.Select(p => p.Event.Id));
    }

    [Fact]
    public void Read_ManyEnvelopesInOneAnother_AreNotOpenedWithoutEnd()
    {
        var body = Enumerable.Range(0, 4).Aggregate("""{ "machine": "PC01" }""", (inner, i) => EventGrid(inner, $"{i}", "Forwarded"));

        Assert.Equal(EventReasons.WrongSchema, Assert.IsType<EndedPart>(Assert.Single(_reader.Read(Some.Event(body)).Parts)).Verdict.Reason);
    }

    [Theory]
    [InlineData("\"bm9ib2R5\"", "CCR1003")]
    [InlineData("\"%%\"", "CCR1006")]
    [InlineData("7", "CCR1006")]
    [InlineData("\"eyJtYWNoaW5lIjoiUEMwMSIsIm1hY2hpbmUiOiJQQzAyIn0=\"", "CCR1004")]
    public void Read_BadBase64Data_IsRejected(string data, string code)
    {
        var body = Some.CloudEvent(data).Replace("\"data\"", "\"data_base64\"", StringComparison.Ordinal);

        Assert.Equal(code, Assert.IsType<EndedPart>(Assert.Single(_reader.Read(Some.Event(body)).Parts)).Verdict.Reason.Code);
    }

    [Fact]
    public void Read_VeryLongId_IsShortenedAndStaysAnotherOneForAnotherText()
    {
        var one = _reader.Read(Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""", id: new string('x', 100_000)))).Parts[0].Event.Id;
        var other = _reader.Read(Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""", id: new string('x', 100_001)))).Parts[0].Event.Id;

        Assert.InRange(one.Length, 64, 512);
        Assert.NotEqual(one, other);
    }

    private static string EventGrid(string data, string id, string type = "ccr.reinstall.requested") =>
        $$"""{ "topic": "/topic", "subject": "s", "id": "{{id}}", "eventType": "{{type}}", "eventTime": "2026-01-31T11:00:00Z", "dataVersion": "1", "data": {{data}} }""";
}
