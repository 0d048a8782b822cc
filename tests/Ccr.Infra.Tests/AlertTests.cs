using System.Text.RegularExpressions;
using Ccr.Infra.Tests.Support;

namespace Ccr.Infra.Tests;

/// <summary>What alerts and workbook ask for is what the app emits.</summary>
public partial class AlertTests(Predictions predictions)
{
    [Theory]
    [InlineData("alerts.bicep")]
    [InlineData("workbook.json")]
    public void Queries_OfMetrics_NameMetricsThatExist(string file)
    {
        var emitted = MetricName().Matches(File.ReadAllText(Repository.PathOf("src", "Ccr.Core", "Telemetry", "Metrics.cs")))
            .Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        var asked = File.ReadLines(Repository.PathOf("infra", "modules", file)).Where(line => line.Contains("customMetrics", StringComparison.Ordinal))
            .SelectMany(line => MetricName().Matches(line)).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Contains("ccr.verifications", asked);
        Assert.Subset(emitted, asked);
    }

    [Fact(Timeout = 300_000)]
    public async Task Alert_OfPushesThatDoNotBringClientsBack_LooksAtADayOfEachSite()
    {
        var alert = (await predictions.OfAsync("agent")).OfType("Microsoft.Insights/scheduledQueryRules").Single(each => each.Name == "ccr-test-not-verified");

        Assert.Equal("P1D", alert.Property("windowSize"));
        Assert.Contains("by site | where all >= 5 and 100.0 * gone / all > 20", alert.Property("criteria"), StringComparison.Ordinal);
    }

    [GeneratedRegex("\"(?<name>ccr\\.[a-z_.]+)\\\\?\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex MetricName();
}
