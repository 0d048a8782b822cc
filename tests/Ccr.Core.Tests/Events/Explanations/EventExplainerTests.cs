using Ccr.Core.Events;
using Ccr.Core.Events.Explanations;
using Ccr.Core.Processing;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events.Explanations;

public class EventExplainerTests
{
    private const string Alerts =
        """
        { "version": "4", "alerts": [
          { "status": "firing", "labels": { "instance": "pc01.corp.example.com:9182", "severity": "critical" }, "startsAt": "2026-01-31T11:00:00Z", "fingerprint": "f1" },
          { "status": "resolved", "labels": { "instance": "10.0.0.5" } } ], "truncatedAlerts": 2 }
        """;

    private readonly EventExplainer _explainer = new(Some.Reader(), Some.Validator(), Some.Decider());

    [Fact]
    public void Explain_Batch_HasTheEventAndEveryItemWithItsParts()
    {
        var items = Explain(Alerts).Items;

        Assert.Equal(["$", "$.alerts[*], number 1", "$.alerts[*], number 2", "$.truncatedAlerts"], items.Select(i => i.Location));
        Assert.Equal([0, 1, 1, 1], items.Select(i => i.Parts.Count));
        Assert.Equal(["alertmanager"], items[0].Sources.Where(s => s.Mismatch is null).Select(s => s.Name));
        Assert.Equal("$.orgId is present", items[0].Sources.Single(s => s.Name == "grafana").Mismatch);
    }

    [Fact]
    public void Explain_Request_ShowsWhatWasFoundWhereAndWhatWouldBeSent()
    {
        var item = Explain(Alerts).Items[1];

        Assert.Contains(new ExplainedField("machine", "@.labels.instance", "pc01.corp.example.com:9182"), item.Fields);
        Assert.Contains(new ExplainedField("domain", "@.labels.ccr_domain", null), item.Fields);
        Assert.Contains(new ExplainedField("time", "@.startsAt", "2026-01-31 11:00:00Z"), item.Fields);
        Assert.Contains(new ExplainedRule("host name", null, "'pc01.corp.example.com:9182' is the machine pc01 in CORP"), item.Rules);
        var part = Assert.Single(item.Parts);
        Assert.Equal((null, "SMS_POST http://mp01/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True"), (part.Verdict, part.Request));
        Assert.Equal(["names", "targets", "freshness", "time", "dry run", "window"], part.Rules.Select(r => r.Rule));
        Assert.All(part.Rules, rule => Assert.Null(rule.Verdict));
    }

    [Fact]
    public void Explain_EndedPart_ShowsTheRuleThatEndsIt()
    {
        var item = Explain(Alerts).Items[2];

        var verdict = Assert.Single(item.Rules, r => r.Rule == "state").Verdict;
        Assert.Equal(EventReasons.Resolved, verdict!.Reason);
        Assert.Equal(verdict, Assert.Single(item.Parts).Verdict);
    }

    [Theory]
    [InlineData("""{ "machine": "PC01", "expires": "2026-01-01T00:00:00Z" }""", "CCR1102")]
    [InlineData("""{ "machine": "PC01", "notBefore": "2026-02-01T00:00:00Z" }""", "CCR2004")]
    [InlineData("""{ "machine": "PC01", "dryRun": true }""", "CCR2003")]
    public void Explain_RequestThatIsNotSentNow_ShowsTheVerdictAndTheRequestAllTheSame(string data, string code)
    {
        var part = Assert.Single(Assert.Single(Explain(data).Items).Parts);

        Assert.Equal(code, part.Verdict!.Reason.Code);
        Assert.StartsWith("SMS_POST http://mp01/", part.Request);
    }

    [Theory]
    [InlineData("{", "CCR1003")]
    [InlineData("[]", "CCR1005")]
    [InlineData("""{ "machine": "10.0.0.5" }""", "CCR1010")]
    [InlineData("""{ "machine": "PC01", "site": "nowhere" }""", "CCR1012")]
    public void Explain_RefusedEvent_HasOneItemWithTheReason(string body, string code)
    {
        var part = Assert.Single(Assert.Single(Explain(body).Items).Parts);

        Assert.Equal((code, null), (part.Verdict!.Reason.Code, part.Request));
    }

    [Fact]
    public void Explain_TooManyMachines_IsOneItemForTheWholeEvent()
    {
        var alerts = string.Join(", ", Enumerable.Repeat("""{ "machine": "PC01" }""", 201));

        var item = Assert.Single(Explain($"[{alerts}]").Items);

        Assert.Equal(EventReasons.TooManyMachines, Assert.Single(item.Parts).Verdict!.Reason);
    }

    [Fact]
    public void Explain_SourceNamed_AsksOnlyThatSource()
    {
        var explanation = _explainer.Explain(Some.Event(Alerts, new Dictionary<string, object> { [IncomingEvent.SourceProperty] = "grafana" }), Some.Time);

        Assert.Equal([new ExplainedSource("grafana", "$.orgId is present")], Assert.Single(explanation.Items).Sources);
    }

    [Fact]
    public void Explain_Request_HasTheIdOfItsResult()
    {
        var part = Explain(Alerts).Items[1].Parts[0];

        Assert.Equal(RequestId.Of(Some.Reader().Read(Some.Event(Alerts)), 0), part.RequestId);
    }

    private EventExplanation Explain(string body) => _explainer.Explain(Some.Event(body), Some.Time);
}
