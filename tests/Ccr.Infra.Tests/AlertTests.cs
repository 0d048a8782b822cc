using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Ccr.Core.Results;
using Ccr.Core.Telemetry;
using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>Alerts and workbook ask for what the app emits. A query for something else finds nothing, and nobody notices.</summary>
public class AlertTests(Predictions predictions, Insights insights)
{
    private const int Patience = 300_000;

    /// <summary>The columns that Azure documents, as far as anything here needs one: the schema of Application Insights, and the table Heartbeat.</summary>
    private static readonly Dictionary<string, string[]> Documented = new(StringComparer.Ordinal)
    {
        ["customMetrics"] = ["timestamp", "name", "value", "valueCount", "valueSum", "valueMin", "valueMax", "valueStdDev", "customDimensions"],
        ["dependencies"] =
            ["timestamp", "id", "name", "target", "type", "success", "resultCode", "duration", "operation_Id", "itemCount", "customDimensions"],
        ["Heartbeat"] = ["TimeGenerated", "Computer", "OSType", "_ResourceId"],
    };

    /// <summary>A timer of the Function app counts what the broker gave up; this run has none. That there is such a metric is tested.</summary>
    private static readonly string[] OfTrouble = ["ccr.dead_letters"];

    public static TheoryData<string> Queries =>
    [
        .. new[] { "alerts.bicep", "azure-monitor.bicep", "workbook.json" }.SelectMany(file => Kql.InFile(Repository.PathOf("infra", "modules", file)))
            .Select(query => query.Query),
    ];

    [Fact]
    public void Queries_OfEveryFile_AreFound() => Assert.Equal(14, Queries.Count);

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Queries))]
    public async Task Query_OfAlertsAndWorkbook_NamesWhatTheAppEmitted(string query)
    {
        var kql = new Kql(query);

        Assert.Subset(Documented[kql.Table].ToHashSet(StringComparer.Ordinal), kql.Columns.ToHashSet(StringComparer.Ordinal));
        if (kql.Table == "Heartbeat") return;

        var rows = (await insights.RowsAsync()).Where(row => row.Table == kql.Table && kql.Names.Contains(row.Name)).ToList();
        Assert.Equal(kql.Names.Except(OfTrouble).Order(StringComparer.Ordinal), rows.Select(row => row.Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(kql.Dimensions, dimension => Assert.Contains(rows, row => row.Dimensions.ContainsKey(dimension)));
        Assert.All(kql.Outcomes, outcome => Assert.True(
            Enum.TryParse<Outcome>(outcome, out _) || Enum.TryParse<VerificationOutcome>(outcome, out _), $"{outcome} is no outcome"));
    }

    [Fact]
    public void Metrics_OfTrouble_AreThere()
    {
        var there = new List<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => there.Add(instrument.Name) };
        listener.Start();
        RuntimeHelpers.RunClassConstructor(typeof(Metrics).TypeHandle);

        Assert.Subset(there.ToHashSet(StringComparer.Ordinal), OfTrouble.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>The tests above would see it.</summary>
    [Theory]
    [InlineData("customMetrics | where name == \"ccr.resultz\" | summarize sum(valueSum)", "ccr.resultz")]
    [InlineData("customMetrics | extend o = tostring(customDimensions.outkome) | where o == \"x\"", "outkome")]
    [InlineData("customMetrics | where nam == \"ccr.results\" | summarize (a, b) = percentiles(valueSumm, 50) by bin(timestamp, 1h)", "nam", "valueSumm", "timestamp")]
    public void Query_WithANameThatIsWrong_HasItAmongItsNames(string query, params string[] names)
    {
        var kql = new Kql(query);

        string[] found = [.. kql.Columns, .. kql.Dimensions, .. kql.Names];
        Assert.Subset(found.ToHashSet(StringComparer.Ordinal), names.ToHashSet(StringComparer.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task Alert_OfPushesThatDoNotBringClientsBack_LooksAtADayOfEachSite()
    {
        var alert = (await predictions.OfAsync("agent")).OfType("Microsoft.Insights/scheduledQueryRules").Single(each => each.Name == "ccr-test-not-verified");

        Assert.Equal("P1D", alert.Property("windowSize"));
        Assert.Contains("by site | where all >= 5 and 100.0 * gone / all > 20", alert.Property("criteria"), StringComparison.Ordinal);
    }
}
