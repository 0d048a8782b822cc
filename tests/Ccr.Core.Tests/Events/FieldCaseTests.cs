using System.Text;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Events;

/// <summary>
/// Small events in the shapes of public bug reports and captures, in tests/events/cases. Each was read wrongly once; what is right stands here. They
/// are of 2026-11-25 and read with the clock of that day.
/// </summary>
public class FieldCaseTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 25, 18, 5, 0, TimeSpan.Zero);

    private readonly EventReader _reader = Some.Reader();

    [Theory]
    [InlineData("azure-managed-prometheus.json", "CORP\\PC01")]
    [InlineData("azure-dimension-computername.json", "CORP\\PC01")]
    [InlineData("azure-scale-set-vmname.json", "CORP\\VM01")]
    [InlineData("alertmanager-pushgateway.json", "CORP\\PC01")]
    [InlineData("alertmanager-empty-labels.json", "CORP\\PC01", "CORP\\PC02")]
    [InlineData("scom-agent-watchers.json", "CORP\\WEB01", "CORP\\WEB02")]
    [InlineData("zabbix-tags-text.json", "LAB\\PC01")]
    [InlineData("zabbix-tags-array.json", "LAB\\PC01")]
    [InlineData("encoding-datacontract-string.bin", "CORP\\PC01")]
    [InlineData("encoding-datacontract-base64.bin", "CORP\\PC01")]
    [InlineData("encoding-json-in-text.json", "CORP\\PC01")]
    [InlineData("wrapper-content.json", "CORP\\PC01")]
    [InlineData("wrapper-contentdata.json", "CORP\\PC01")]
    [InlineData("wrapper-runbook.json", "CORP\\PC01")]
    [InlineData("datadog.json", "CORP\\PC01")]
    [InlineData("splunk.json", "CORP\\PC01")]
    [InlineData("dynatrace.json", "CORP\\PC01")]
    [InlineData("prtg.txt", "CORP\\PC01")]
    [InlineData("checkmk.json", "CORP\\PC01")]
    [InlineData("icinga2.json", "CORP\\PC01")]
    [InlineData("configmgr-client-health.json", "CORP\\PC01")]
    public void Read_Case_AsksForTheMachineThatWasMeant(string file, params string[] machines)
    {
        Assert.Equal(machines, Read(file).Select(one => one.Request?.LedgerKey ?? $"{one.Refusal!.Reason}: {one.Refusal.Detail}"));
    }

    [Theory]
    [InlineData("azure-log-alert-workspace.json", "CCR1023", "'law-prod': it is the name of a 'microsoft.operationalinsights/workspaces'")]
    [InlineData("azure-app-insights.json", "CCR1023", "'appi-shop': it is the name of a 'microsoft.insights/components'")]
    [InlineData("azure-sql-server.json", "CCR1023", "'sql-prod': it is the name of a 'microsoft.sql/servers'")]
    [InlineData("azure-web-site.json", "CCR1023", "'shop-api': it is the name of a 'microsoft.web/sites'")]
    [InlineData("encoding-gzip.bin", "CCR1002", "compressed (gzip)")]
    [InlineData("encoding-utf16.bin", "CCR1002", "UTF-16")]
    [InlineData("encoding-base64.txt", "CCR1003", "Base64 of JSON")]
    [InlineData("azure-metric-old-schema.json", "CCR1026", "a metric alert of Azure Monitor in its old schema")]
    [InlineData("azure-log-old-schema.json", "CCR1026", "a log alert of Azure Monitor in its old schema")]
    [InlineData("pagerduty.json", "CCR1014", "custom_fields")]
    public void Read_CaseThatNamesNoMachine_IsRejectedSayingWhatHappened(string file, string code, string detail)
    {
        AssertAll(Outcome.Rejected, code, detail, Read(file));
    }

    [Theory]
    [InlineData("azure-test-action-group.json", "CCR1113", "a real event is asked for the machine at $.data.alertContext.condition")]
    [InlineData("azure-test-budget.json", "CCR1113", "Test action group")]
    [InlineData("grafana-test-button.json", "CCR1113", "@.labels['machine','hostname','host','computer','nodename']")]
    [InlineData("zabbix-test-dialog.json", "CCR1113", "'{EVENT.ID}': the test dialog of the media type sends its macros unexpanded")]
    [InlineData("grafana-datasource-failure.json", "CCR1114", "could not query its data source")]
    [InlineData("nagios-unreachable.json", "CCR1114", "parent is down")]
    [InlineData("nagios-service-unknown.json", "CCR1114", "the check itself failed")]
    [InlineData("servicenow-alert-closed.json", "CCR1101", "@.state is 'Closed'")]
    [InlineData("servicenow-alert-maintenance.json", "CCR1115", "@.maintenance is 'true'")]
    public void Read_CaseThatReportsNoProblemOfAMachine_IsIgnoredSayingWhy(string file, string code, string detail)
    {
        AssertAll(Outcome.Ignored, code, detail, Read(file));
    }

    [Theory]
    [InlineData("names-alertmanager.json")]
    [InlineData("names-plain.ndjson")]
    public void Read_NamesThatAreSomethingElse_AreCalledWhatTheyAre(string file)
    {
        string[] expected =
        [
            "account", "account", "account", "account", "distinguished name", "CORP\\PC01", "character ' '", "character ' '", "character '_'", "dot",
            "UNC path", "outside ASCII",
            "control character", "account", "service principal", "macro", "macro", "macro", "macro", "placeholder", "placeholder", "placeholder", "placeholder",
            "placeholder",
            "placeholder", "17 characters", "17 characters",
        ];

        Assert.All(Read(file).Zip(expected), pair => Assert.Contains(pair.Second, pair.First.Request?.LedgerKey ?? pair.First.Refusal!.Detail));
        Assert.Equal(expected.Length, Read(file).Count);
    }

    [Fact]
    public void Read_Url_IsCalledAUrl()
    {
        AssertAll(Outcome.Rejected, "CCR1018", "is a URL", Read("names-url.json"));
    }

    private static void AssertAll(Outcome outcome, string code, string detail, List<(ReinstallRequest? Request, Verdict? Refusal)> all)
    {
        Assert.NotEmpty(all);
        Assert.All(all, one =>
        {
            Assert.Equal((outcome, code), (one.Refusal!.Outcome, one.Refusal.Reason.Code));
            Assert.Contains(detail, one.Refusal.Detail);
        });
    }

    private List<(ReinstallRequest? Request, Verdict? Refusal)> Read(string file)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "events", "cases", file);
        return [.. BodiesOf(path).SelectMany(body => _reader.Read(Some.Event(body) with { EnqueuedTime = Day }).Parts).Select(Validate)];
    }

    private static IEnumerable<byte[]> BodiesOf(string path) =>
        path.EndsWith(".ndjson", StringComparison.Ordinal) ? File.ReadLines(path).Select(Encoding.UTF8.GetBytes) : [File.ReadAllBytes(path)];

    private static (ReinstallRequest? Request, Verdict? Refusal) Validate(EventPart part) =>
        part is MachinePart machine ? Some.Validator().Validate(machine, "id") : (null, ((EndedPart)part).Verdict);
}
