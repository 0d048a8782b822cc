using System.Text;
using Ccr.Core.Events;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

public class BadEventTests
{
    private readonly EventReader _reader = new(new EventOptions());

    [Theory]
    [InlineData("", "CCR1003")]
    [InlineData("   ", "CCR1003")]
    [InlineData("{", "CCR1003")]
    [InlineData("{ \"specversion\": \"1.0\", }", "CCR1003")]
    [InlineData("<event/>", "CCR1003")]
    [InlineData("null", "CCR1005")]
    [InlineData("42", "CCR1005")]
    [InlineData("[]", "CCR1005")]
    [InlineData("{}", "CCR1005")]
    [InlineData("{ \"hello\": \"world\" }", "CCR1005")]
    [InlineData("{ \"specversion\": \"1.0\", \"type\": \"com.example.other\" }", "CCR1006")]
    [InlineData("{ \"specversion\": \"1.0\", \"type\": \"com.example.other\", \"source\": \"/a\", \"id\": \"1\" }", "CCR1005")]
    [InlineData("{ \"specversion\": \"2.0\", \"type\": \"com.example.other\", \"source\": \"/a\", \"id\": \"1\" }", "CCR1006")]
    [InlineData("{ \"specversion\": \"1.0\", \"specversion\": \"1.0\" }", "CCR1004")]
    [InlineData("{ \"a\": { \"b\": 1, \"\\u0062\": 2 } }", "CCR1004")]
    [InlineData("{ \"specversion\": \"1.0\", \"SpecVersion\": \"1.0\" }", "CCR1004")]
    public void Read_NotAnEvent_IsRejected(string body, string code)
    {
        AssertRejected(code, _reader.Read(Some.Event(body)));
    }

    [Theory]
    [InlineData("""{ "machine": 1 }""", "CCR1006")]
    [InlineData("""{ "machine": "PC01", "force": "yes" }""", "CCR1006")]
    [InlineData("""{ "machine": "PC01", "dryRun": 1 }""", "CCR1006")]
    [InlineData("""{ "machine": "PC01", "expires": "tomorrow" }""", "CCR1006")]
    [InlineData("""{ "machine": "PC01", "expires": "2026-01-31T12:00:00" }""", "CCR1006")]
    [InlineData("""{ "machine": "PC01", "expires": 1769903998 }""", "CCR1006")]
    [InlineData("""{ "machine": "PC01", "reason": "a\r\nb" }""", "CCR1006")]
    [InlineData("""{ "machine": "PC01", "dry_run": true }""", "CCR1007")]
    [InlineData("""{ "machine": "PC01", "mp": "evil" }""", "CCR1008")]
    [InlineData("""{ "machine": "PC01", "url": "http://evil" }""", "CCR1008")]
    [InlineData("""{ "machine": "PC01", "ManagementPoint": "http://evil" }""", "CCR1008")]
    [InlineData("""{ "machine": "PC01", "clientType": 1 }""", "CCR1009")]
    [InlineData("""{ "machine": "PC01", "includeDomainControllers": false }""", "CCR1009")]
    [InlineData("""{ "machine": "PC01", "machine": "PC02" }""", "CCR1004")]
    [InlineData("""{ "machine": "PC01", "Machine": "PC02" }""", "CCR1004")]
    [InlineData("""{ "machine": "\uD800" }""", "CCR1002")]
    [InlineData("[]", "CCR1006")]
    [InlineData("null", "CCR1006")]
    public void Read_BadData_IsRejected(string data, string code)
    {
        AssertRejected(code, _reader.Read(Some.Event(Some.CloudEvent(data))));
    }

    [Fact]
    public void Read_BadDataInSoundEnvelope_StillNamesEventAndMachine()
    {
        var reading = _reader.Read(Some.Event(Some.CloudEvent("""{ "machine": "PC01", "clientType": 1 }""", id: "77")));

        var part = Assert.Single(reading.Parts);
        Assert.Equal(("/cmdb 77", "PC01"), (part.Event.Id, part.MachineText));
    }

    [Fact]
    public void Read_BodyOverTheCap_IsRejectedBeforeItIsParsed()
    {
        AssertRejected("CCR1001", _reader.Read(Some.Event(new byte[1024 * 1024])));
    }

    [Fact]
    public void Read_NestedTooDeeply_IsRejected()
    {
        AssertRejected("CCR1003", _reader.Read(Some.Event(new string('[', 100_000))));
    }

    [Fact]
    public void Read_InvalidUtf8_IsRejected()
    {
        byte[] body = [.. Encoding.UTF8.GetBytes(Some.CloudEvent("""{ "machine": "PC"""))[..^2], 0xC3, 0x28, .. "\" } }"u8];

        AssertRejected("CCR1002", _reader.Read(Some.Event(body)));
    }

    [Fact]
    public void Read_Utf16_IsRejected()
    {
        byte[] body = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Some.CloudEvent("""{ "machine": "PC01" }"""))];

        AssertRejected("CCR1002", _reader.Read(Some.Event(body)));
    }

    [Fact]
    public void Read_UnreadableEvent_IsNamedByItsMessage()
    {
        var reading = _reader.Read(Some.Event("{", messageId: "m-9"));

        Assert.Equal(new EventIdentity("unknown", "m-9", Some.Time), Assert.Single(reading.Parts).Event);
    }

    private static void AssertRejected(string code, EventReading reading)
    {
        var part = Assert.IsType<EndedPart>(Assert.Single(reading.Parts));
        Assert.Equal((Outcome.Rejected, code), (part.Verdict.Outcome, part.Verdict.Reason.Code));
        Assert.DoesNotContain(part.Verdict.Detail, char.IsControl);
    }
}
