using System.Globalization;
using System.Text;
using Ccr.Performance.Experiment.Contestants;

namespace Ccr.Performance.Experiment.Report;

/// <summary>The Markdown tables: medians, with least and most of the runs.</summary>
internal static class Tables
{
    /// <summary>Events a second with three digits or more.</summary>
    public static string Rate(double perSecond) => perSecond.ToString(perSecond < 100 ? "n1" : "n0", CultureInfo.InvariantCulture);

    public static string OfSenders(IEnumerable<(string Name, double PerSecond)> rows)
    {
        var table = new StringBuilder("| without a broker | requests/s |\n|---|---|\n");
        foreach (var (name, perSecond) in rows) table.Append($"| {name} | {perSecond:n0} |\n");
        return table.ToString();
    }

    /// <summary>Megabytes of each process.</summary>
    public static string Megabytes(IEnumerable<Measurement> runs)
    {
        var peaks = Enumerable.Range(0, runs.First().PeakMegabytes.Count).Select(process => runs.Max(run => run.PeakMegabytes[process]));
        return string.Join(" + ", peaks.Select(peak => peak.ToString("n0", CultureInfo.InvariantCulture)));
    }

    public const string HeadOfSpeed =
        "| load | contestant | events | events/s (least-most) | of the 100 % line | CPU s / 1,000 | peak MB | lost | pushed again |\n|---|---|---|---|---|---|---|---|---|\n";

    /// <summary>The rows of one load, whose head comes once for all.</summary>
    public static string RowsOfSpeed(IReadOnlyList<Series> load)
    {
        var table = new StringBuilder();
        foreach (var series in load)
        {
            table.Append(
                $"| {series.Load.Name} | {series.Contestant.Name} | {series.Events:n0} | {Rate(series.PerSecond)} ({Rate(series.Least)}-{Rate(series.Most)}) | {series.ShareOf(load):f2} "
                + $"| {series.Median(run => run.CpuPerThousand):f2} | {Megabytes(series.Runs)} | {series.Runs.Sum(run => run.Lost):n0} | {series.Runs.Sum(run => run.PushedAgain):n0} |\n");
        }

        return table.ToString();
    }

    public static string OfLatency(IEnumerable<(Contestant Contestant, double Share, Latency Latency)> rows)
    {
        var table = new StringBuilder("| contestant | of its most at MP 0 ms | events/s | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|---|\n");
        foreach (var (contestant, share, latency) in rows)
            table.Append($"| {contestant.Name} | {share:p0} | {Rate(latency.PerSecond)} | {latency.P50:n1} | {latency.P99:n1} | {latency.Most:n0} |\n");
        return table.ToString();
    }

    public static string OfKills(IEnumerable<(Contestant Contestant, Measurement Run)> rows, int events)
    {
        var table = new StringBuilder($"| one kill -9 in the middle of {events:n0} events | lost | pushed again |\n|---|---|---|\n");
        foreach (var (contestant, run) in rows) table.Append($"| {contestant.Name} | {run.Lost} | {run.PushedAgain} |\n");
        return table.ToString();
    }

    public static string OfScale(IEnumerable<(Contestant Contestant, int Events, Measurement Run)> rows)
    {
        var table = new StringBuilder(
            "| contestant | events, one run each | events/s | CPU s / 1,000 | peak MB | lost | pushed again |\n|---|---|---|---|---|---|---|\n");
        foreach (var (contestant, events, run) in rows)
            table.Append($"| {contestant.Name} | {events:n0} | {Rate(run.PerSecond)} | {run.CpuPerThousand:f2} | {Megabytes([run])} | {run.Lost:n0} | {run.PushedAgain:n0} |\n");
        return table.ToString();
    }
}
