using Ccr.Core.Events;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

public class MappedSourceTests
{
    private readonly EventOptions _options = Some.EventOptions();

    [Fact]
    public void Read_SeveritiesConfigured_IgnoresTheOthers()
    {
        var source = new SourceOptions();
        source.Severities.Add("critical");
        _options.Sources["alertmanager"] = source;

        var parts = Read(Group(Alert("PC01", "\"severity\": \"CRITICAL\""), Alert("PC02", "\"severity\": \"warning\""), Alert("PC03")));

        Assert.IsType<MachinePart>(parts[0]);
        Assert.Equal((Outcome.Ignored, "it has the severity 'warning'; meant are critical"), OutcomeOf(parts[1]));
        Assert.Equal((Outcome.Ignored, "it has no severity; meant are critical"), OutcomeOf(parts[2]));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("\"true\"")]
    [InlineData("1")]
    public void Read_MaintenanceInWhateverJsonType_IsIgnored(string maintenance)
    {
        var part = Assert.Single(Read($$"""{ "records": [ { "node": "PC01", "severity": "1", "message_key": "k", "maintenance": {{maintenance}} } ] }"""));

        Assert.Equal(EventReasons.InMaintenance, Assert.IsType<EndedPart>(part).Verdict.Reason);
    }

    [Fact]
    public void Read_RulesConfigured_IgnoresTheOthers()
    {
        var source = new SourceOptions();
        source.Rules.Add("Sms*");
        _options.Sources["alertmanager"] = source;

        var parts = Read(Group(Alert("PC01", "\"alertname\": \"smsClientSilent\""), Alert("PC02", "\"alertname\": \"DiskFull\"")));

        Assert.IsType<MachinePart>(parts[0]);
        Assert.Equal((Outcome.Ignored, "it has the alert rule 'DiskFull'; meant are Sms*"), OutcomeOf(parts[1]));
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-1", 1)]
    [InlineData("null", 1)]
    [InlineData("3", 2)]
    [InlineData("\"3\"", 2)]
    [InlineData("{}", 2)]
    public void Read_TruncatedAlerts_AreReportedUnlessSurelyNone(string truncated, int parts)
    {
        var body = Group(Alert("PC01")).Replace("{ \"version\"", $"{{ \"truncatedAlerts\": {truncated}, \"version\"", StringComparison.Ordinal);

        Assert.Equal(parts, Read(body).Count);
    }

    [Fact]
    public void Read_AlertsOfOneGroup_KeepTheirIdsWhenTheGroupIsSentAgain()
    {
        var first = Read(Group(Alert("PC01", fingerprint: "a"), Alert("PC02", fingerprint: "b")), "message-1");
        var second = Read(Group(Alert("PC02", fingerprint: "b"), Alert("PC03", fingerprint: "c")), "message-2");

        Assert.Equal(RequestId.Of(new EventReading(first), 1), RequestId.Of(new EventReading(second), 0));
    }

    [Fact]
    public void Read_FiringAndResolved_AreTwoEvents()
    {
        var firing = Read(Group(Alert("PC01", fingerprint: "a")));
        var resolved = Read(Group(Alert("PC01", fingerprint: "a")).Replace("firing", "resolved", StringComparison.Ordinal));

        Assert.NotEqual(firing[0].Event.Id, resolved[0].Event.Id);
    }

    [Fact]
    public void Read_DomainAgainstTheDnsSuffix_IsRejected()
    {
        var part = Assert.Single(Read(Group(Alert("pc01.corp.example.com", "\"ccr_domain\": \"LAB\""))));

        Assert.Equal((Outcome.Rejected, "the event says 'LAB', but the host's DNS suffix stands for CORP"), OutcomeOf(part));
    }

    [Fact]
    public void Read_SeveralMachinesOfWhichOneIsBad_RejectsOnlyThat()
    {
        var body = """
            { "schemaId": "azureMonitorCommonAlertSchema", "data": { "essentials": { "alertId": "a", "monitorCondition": "Fired",
              "targetResourceType": "microsoft.compute/virtualmachines", "configurationItems": [ "PC01", "10.0.0.5", 7, null, "", "pc02.corp.example.com" ] } } }
            """;

        var parts = Read(body);

        Assert.Equal(["PC01", "10.0.0.5", "7", "pc02"], parts.Select(p => p.MachineText));
        Assert.Equal([typeof(MachinePart), typeof(EndedPart), typeof(EndedPart), typeof(MachinePart)], parts.Select(p => p.GetType()));
    }

    [Fact]
    public void Read_MoreAlertsThanAllowed_IsRejectedAsAWhole()
    {
        var part = Assert.Single(Read(Group([.. Enumerable.Range(0, 201).Select(i => Alert($"PC{i}"))])));

        Assert.Equal((Outcome.Rejected, "it names 201 machines, more than 200"), OutcomeOf(part));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z", "2026-01-31T12:00:00Z")]
    [InlineData("2026-01-30T23:30:00-05:30", "2026-01-31T05:00:00Z")]
    [InlineData("2026-01-30T23:30:00.123456789+01:00", "2026-01-30T22:30:00Z")]
    public void Read_StartsAt_IsTheTimeInUtc(string startsAt, string expected)
    {
        var part = Assert.Single(Read(Group(Alert("PC01", startsAt: startsAt))));

        Assert.Equal(expected, $"{part.Event.Time:yyyy-MM-ddTHH:mm:ssZ}");
    }

    [Theory]
    [InlineData("2026-01-30T23:30:00")]
    [InlineData("01/02/2026 10:00:00 +01:00")]
    [InlineData("Oct 3 2026 10:00 Z")]
    [InlineData("1769903998")]
    [InlineData("2026-13-30T23:30:00Z")]
    public void Read_TimeThatCannotBeTold_IsRejected(string startsAt)
    {
        var part = Assert.Single(Read(Group(Alert("PC01", startsAt: startsAt))));

        Assert.Equal(("PC01", EventReasons.WrongSchema), (part.MachineText, Assert.IsType<EndedPart>(part).Verdict.Reason));
    }

    private static string Group(params string[] alerts) => $$"""{ "version": "4", "alerts": [ {{string.Join(", ", alerts)}} ] }""";

    private static string Alert(string instance, string? labels = null, string fingerprint = "f", string startsAt = "2026-01-31T11:00:00Z") =>
        $$"""{ "status": "firing", "labels": { {{(labels is null ? "" : labels + ",")}} "instance": "{{instance}}" }, "startsAt": "{{startsAt}}", "fingerprint": "{{fingerprint}}" }""";

    private static (Outcome, string) OutcomeOf(EventPart part)
    {
        var verdict = Assert.IsType<EndedPart>(part).Verdict;
        return (verdict.Outcome, verdict.Detail);
    }

    private IReadOnlyList<EventPart> Read(string body, string messageId = "message-1") => new EventReader(_options).Read(Some.Event(body, messageId)).Parts;
}
