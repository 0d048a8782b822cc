using Ccr.Core.Events;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

/// <summary>A domain or site that was asked for is read or refuses the event. The default would be another machine.</summary>
public class OptionMentionTests
{
    private readonly EventReader _reader = new(Some.EventOptions());

    [Theory]
    [InlineData("\"event_tags\": { \"ccr_domain\": [\"LAB\"] }")]
    [InlineData("\"event_tags\": { \"ccr_domain\": \"LAB\" }")]
    [InlineData("\"event_tags\": [ { \"tag\": \"scope\", \"value\": \"x\" }, { \"tag\": \"ccr_domain\", \"value\": \"LAB\" } ]")]
    [InlineData("\"event_tags\": \"{\\\"ccr_domain\\\":[\\\"LAB\\\"]}\"")]
    [InlineData("\"event_tags\": \"[{\\\"tag\\\":\\\"ccr_domain\\\",\\\"value\\\":\\\"LAB\\\"}]\"")]
    [InlineData("\"event_tags\": \"scope:x, ccr_domain:LAB\"")]
    [InlineData("\"ccr_domain\": \"LAB\"")]
    public void Read_DomainInAFormThatIsKnown_IsTaken(string member)
    {
        Assert.Equal("LAB", Assert.IsType<MachinePart>(Read(Zabbix(member))).Domain);
    }

    [Theory]
    [InlineData("\"event_tags\": \"ccr_domain=LAB\"")]
    [InlineData("\"event_tags\": \"{broken ccr_domain: LAB\"")]
    [InlineData("\"event_tags\": [ \"ccr_domain:LAB\" ]")]
    [InlineData("\"event_tags\": [ { \"name\": \"ccr_domain\", \"value\": \"LAB\" } ]")]
    [InlineData("\"tags\": { \"ccr_domain\": \"LAB\" }")]
    [InlineData("\"tags\": { \"CCR-Domain\": \"LAB\" }")]
    [InlineData("\"ccrDomain\": \"LAB\"")]
    [InlineData("\"tags\": { \"ccr_site\": 7 }")]
    public void Read_OptionInAFormThatIsNotKnown_RefusesTheEvent(string member)
    {
        Assert.Equal(EventReasons.OptionNotRead, Assert.IsType<EndedPart>(Read(Zabbix(member))).Verdict.Reason);
    }

    [Theory]
    [InlineData("\"event_tags\": { \"ccr_domain\": \"\" }")]
    [InlineData("\"event_tags\": { \"ccr_domain\": \" \" }")]
    [InlineData("\"event_tags\": [ { \"tag\": \"ccr_domain\", \"value\": \"\" } ]")]
    [InlineData("\"tags\": { \"ccr_domain\": null, \"ccr_site\": \"\" }")]
    [InlineData("\"note\": \"the site ccr is for accruing domains\"")]
    [InlineData("\"event_tags\": {}")]
    public void Read_BlankOption_IsNoValue(string member)
    {
        Assert.Null(Assert.IsType<MachinePart>(Read(Zabbix(member))).Domain);
    }

    [Fact]
    public void Read_OptionOfOneAlert_SaysNothingOfTheOthers()
    {
        var parts = _reader.Read(Some.Event(
            """
            { "version": "4", "commonLabels": {}, "alerts": [
              { "status": "firing", "labels": { "instance": "PC01", "ccr_domain": "LAB" } },
              { "status": "firing", "labels": { "instance": "PC02" } },
              { "status": "firing", "labels": { "instance": "PC03" }, "annotations": { "ccr_domain": "LAB" } } ] }
            """)).Parts;

        Assert.Equal(["LAB", null, "CCR1027"], parts.Select(part => part is MachinePart machine ? machine.Domain : ((EndedPart)part).Verdict.Reason.Code));
    }

    [Theory]
    [InlineData("""{ "version": "4", "ccr_domain": "LAB", "alerts": [ { "status": "firing", "labels": { "instance": "PC01" } } ] }""")]
    [InlineData("""{ "specversion": "1.0", "id": "1", "source": "/s", "type": "t", "ccrdomain": "LAB", "data": { "version": "4", "alerts": [ { "status": "firing", "labels": { "instance": "PC01" } } ] } }""")]
    public void Read_OptionOutsideTheAlerts_RefusesThemAll(string body)
    {
        Assert.Equal(EventReasons.OptionNotRead, Assert.IsType<EndedPart>(Read(body)).Verdict.Reason);
    }

    [Fact]
    public void Read_OptionAsApplicationProperty_RefusesTheEventThatDoesNotReadIt()
    {
        var part = Assert.Single(_reader.Read(Some.Event(Zabbix("\"x\": 1"), new Dictionary<string, object> { ["ccr_domain"] = "LAB" })).Parts);

        Assert.Equal(EventReasons.OptionNotRead, Assert.IsType<EndedPart>(part).Verdict.Reason);
    }

    [Theory]
    [InlineData("corp.example.com", "CORP", null)]
    [InlineData("CORP.EXAMPLE.COM", "CORP", null)]
    [InlineData("LAB", "LAB", null)]
    [InlineData("other.example.net", null, "CCR1021")]
    public void Read_DnsDomain_BecomesTheNetBiosOneOrIsRefused(string sent, string? domain, string? code)
    {
        var part = Read(Zabbix($"\"ccr_domain\": \"{sent}\""));

        Assert.Equal((domain, code), ((part as MachinePart)?.Domain, (part as EndedPart)?.Verdict.Reason.Code));
    }

    private static string Zabbix(string member) => $$"""{ "event_source": 0, "event_value": 1, "event_id": 1, "trigger_id": 2, "host_host": "PC01", {{member}} }""";

    private EventPart Read(string body) => Assert.Single(_reader.Read(Some.Event(body)).Parts);
}
