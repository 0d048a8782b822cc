using Ccr.Core.Events;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

public class RecognitionTests
{
    private const string Alertmanager = """{ "version": "4", "alerts": [ { "status": "firing", "labels": { "instance": "PC01" } } ] }""";
    private const string TwoFormats = """{ "version": "4", "alerts": [ { "status": "firing", "labels": { "instance": "PC01" } } ], "event_id": 1, "event_value": 1, "host_host": "PC02" }""";

    private readonly EventReader _reader = new(new EventOptions());

    [Fact]
    public void SourceNames_Default_AreThoseOfTheDocumentation()
    {
        Assert.Equal(
            ["ccr", "plain", "alertmanager", "azure-health", "azure-monitor", "checkmk", "configmgr-client-health", "datadog", "dynatrace", "grafana", "icinga2", "nagios", "opsgenie", "pagerduty", "prtg", "scom", "servicenow-cmdb", "servicenow-event", "splunk", "zabbix"],
            _reader.SourceNames);
    }

    [Fact]
    public void Read_TwoSourcesRecogniseIt_IsRejectedNamingBoth()
    {
        var verdict = Refusal(Some.Event(TwoFormats));

        Assert.Equal(EventReasons.AmbiguousFormat, verdict.Reason);
        Assert.Equal("alertmanager and zabbix both recognise it", verdict.Detail);
    }

    [Theory]
    [InlineData("alertmanager", "PC01")]
    [InlineData("zabbix", "PC02")]
    public void Read_TwoSourcesRecogniseItAndThePropertySourceNamesOne_IsThatSource(string source, string machine)
    {
        var part = Assert.Single(_reader.Read(Some.Event(TwoFormats, new Dictionary<string, object> { ["source"] = source })).Parts);

        Assert.Equal((source, machine), (part.Event.Source, Assert.IsType<MachinePart>(part).MachineText));
    }

    [Fact]
    public void Read_WebhookNamesAnotherSource_IsRejectedSayingWhatItsEventsHave()
    {
        var verdict = Refusal(Some.Event(Alertmanager, new Dictionary<string, object> { [IncomingEvent.SourceProperty] = "grafana" }));

        Assert.Equal(EventReasons.NotOfSource, verdict.Reason);
        Assert.Equal("the sender names the source grafana, whose events have $.alerts is an array and $.orgId is present; here this does not hold: $.orgId is present", verdict.Detail);
    }

    [Theory]
    [InlineData("Alertmanager")]
    [InlineData("")]
    [InlineData(7)]
    public void Read_WebhookNamesNoSource_IsRejectedNamingThemAll(object source)
    {
        var verdict = Refusal(Some.Event(Alertmanager, new Dictionary<string, object> { [IncomingEvent.SourceProperty] = source }));

        Assert.Equal(EventReasons.SourceUnknown, verdict.Reason);
        Assert.Contains("there are ccr, plain, alertmanager,", verdict.Detail);
    }

    [Theory]
    [InlineData("billing-system")]
    [InlineData("grafana")]
    [InlineData("")]
    [InlineData(7)]
    public void Read_PropertySourceForOtherPurposes_RefusesNoValidEvent(object source)
    {
        var part = Assert.Single(_reader.Read(Some.Event(Alertmanager, new Dictionary<string, object> { ["source"] = source })).Parts);

        Assert.Equal(("alertmanager", "PC01"), (part.Event.Source, Assert.IsType<MachinePart>(part).MachineText));
    }

    [Fact]
    public void Read_SourceNotEnabled_IsOfNoKnownFormat()
    {
        var options = new EventOptions();
        options.Sources["alertmanager"] = new SourceOptions { Enabled = false };

        var part = Assert.Single(new EventReader(options).Read(Some.Event(Alertmanager)).Parts);

        Assert.Equal(EventReasons.UnknownFormat, Assert.IsType<EndedPart>(part).Verdict.Reason);
    }

    [Fact]
    public void Read_OurTypeAroundAnotherFormat_StaysOurs()
    {
        var verdict = Refusal(Some.Event(Some.CloudEvent(Alertmanager)));

        Assert.Equal(EventReasons.UnknownMember, verdict.Reason);
    }

    private Verdict Refusal(IncomingEvent incoming) => Assert.IsType<EndedPart>(Assert.Single(_reader.Read(incoming).Parts)).Verdict;
}
