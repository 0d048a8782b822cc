using System.Text;

namespace Ccr.Campaign.Report;

internal static class MarkdownTable
{
    public static string Of(IEnumerable<Outcome> outcomes)
    {
        var table = new StringBuilder()
            .AppendLine("| # | scenario | attempted | acknowledged | results | submissions | lost | duplicated | unexpected | indeterminate | disturbed | recovered | seconds |")
            .AppendLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var outcome in outcomes)
        {
            var (verdict, counts) = (outcome.Finding.Verdict, outcome.Finding.Verdict.Counts);
            table.AppendLine(
                $"| {outcome.Scenario.Id} | {outcome.Scenario.Title} | {counts.Attempted:n0} | {counts.Acknowledged:n0} | {counts.Results:n0} | {counts.Submissions:n0} "
                + $"| {verdict.Lost.Count:n0} | {verdict.Duplicated.Count:n0} | {verdict.Unexpected.Count:n0} | {counts.Indeterminate:n0} | {outcome.Finding.Disturbed:n0} | {outcome.Finding.Recovered:n0} | {outcome.Elapsed.TotalSeconds:n0} |");
        }

        return table.ToString();
    }
}
