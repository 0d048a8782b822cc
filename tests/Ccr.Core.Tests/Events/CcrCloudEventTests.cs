using System.Text;
using Ccr.Core.Events;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

public class CcrCloudEventTests
{
    private readonly EventReader _reader = new(new EventOptions());

    [Fact]
    public void Read_AllMembers_AreTakenOver()
    {
        var reading = _reader.Read(Some.Event(Some.CloudEvent(
            """
            {
              "machine": "PC01", "domain": "CORP", "site": "hq", "force": false, "reason": "no heartbeat",
              "requestedBy": "jdoe", "expires": "2026-02-01T13:00:00+01:00", "notBefore": "2026-01-31T22:00:00Z", "dryRun": true
            }
            """)));

        var expected = new MachinePart
        {
            Event = new EventIdentity("ccr", "/cmdb 1", Some.Time),
            MachineText = "PC01",
            Domain = "CORP",
            Site = "hq",
            Force = false,
            Reason = "no heartbeat",
            RequestedBy = "jdoe",
            Expires = new DateTimeOffset(2026, 2, 1, 12, 0, 0, TimeSpan.Zero),
            NotBefore = new DateTimeOffset(2026, 1, 31, 22, 0, 0, TimeSpan.Zero),
            DryRun = true,
        };
        Assert.Equal(expected, Assert.Single(reading.Parts));
    }

    [Fact]
    public void Read_MachineAlone_LeavesTheDefaults()
    {
        var reading = _reader.Read(Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""")));

        var part = Assert.IsType<MachinePart>(Assert.Single(reading.Parts));
        Assert.Equal(("PC01", true, false), (part.MachineText, part.Force, part.DryRun));
    }

    [Fact]
    public void Read_Time_IsTheEventsOwn()
    {
        var body = Some.CloudEvent("""{ "machine": "PC01" }""").Replace("\"id\"", "\"time\": \"2026-01-30T08:00:00Z\", \"id\"");

        var reading = _reader.Read(Some.Event(body));

        Assert.Equal(new DateTimeOffset(2026, 1, 30, 8, 0, 0, TimeSpan.Zero), Assert.Single(reading.Parts).Event.Time);
    }

    [Fact]
    public void Read_ByteOrderMark_IsSkipped()
    {
        byte[] body = [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(Some.CloudEvent("""{ "machine": "PC01" }"""))];

        var reading = _reader.Read(Some.Event(body));

        Assert.IsType<MachinePart>(Assert.Single(reading.Parts));
    }

    [Fact]
    public void Read_MembersInOtherCaseAndNull_AreAccepted()
    {
        var reading = _reader.Read(Some.Event(Some.CloudEvent("""{ "Machine": "PC01", "DRYRUN": true, "domain": null }""")));

        var part = Assert.IsType<MachinePart>(Assert.Single(reading.Parts));
        Assert.Equal(("PC01", true, null), (part.MachineText, part.DryRun, part.Domain));
    }
}
