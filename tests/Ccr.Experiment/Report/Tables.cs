using System.Text;
using Ccr.Experiment.Contestants;

namespace Ccr.Experiment.Report;

/// <summary>The Markdown tables: medians, with least and most of the runs.</summary>
internal static class Tables
{
    public static double Median(IReadOnlyList<Measurement> runs, Func<Measurement, double> what)
    {
        var sorted = runs.Select(what).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>A contestant's median over that of the 100 % line under the same load.</summary>
    public static double Share(IEnumerable<(Load Load, Contestant Contestant, IReadOnlyList<Measurement> Runs)> table, Load load, Contestant contestant)
    {
        var rows = table.Where(row => row.Load == load).ToList();
        return Of(contestant) / Of(Contestant.Bare);

        double Of(Contestant one) => Median(rows.First(row => row.Contestant == one).Runs, run => run.PerSecond);
    }

    public static string OfSenders(IEnumerable<(string Name, double PerSecond)> rows)
    {
        var table = new StringBuilder("| without a broker | requests/s |\n|---|---|\n");
        foreach (var (name, perSecond) in rows) table.Append($"| {name} | {perSecond:n0} |\n");
        return table.ToString();
    }

    public static string OfSpeed(IReadOnlyList<(Load Load, Contestant Contestant, IReadOnlyList<Measurement> Runs)> rows)
    {
        var table = new StringBuilder("| load | contestant | events/s (least-most) | of the 100 % line | CPU s / 1,000 | peak MB | lost | pushed again |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var (load, contestant, runs) in rows)
        {
            table.Append(
                $"| {load.Name} | {contestant.Name} | {Median(runs, run => run.PerSecond):n0} ({runs.Min(run => run.PerSecond):n0}-{runs.Max(run => run.PerSecond):n0}) | {Share(rows, load, contestant):f2} "
                + $"| {Median(runs, run => run.CpuPerThousand):f2} | {runs.Max(run => run.PeakMegabytes):n0} | {runs.Sum(run => run.Lost):n0} | {runs.Sum(run => run.PushedAgain):n0} |\n");
        }

        return table.ToString();
    }

    public static string OfLatency(IEnumerable<(Contestant Contestant, double Share, Latency Latency)> rows)
    {
        var table = new StringBuilder("| contestant | load of its most | events/s | p50 ms | p99 ms | most ms |\n|---|---|---|---|---|---|\n");
        foreach (var (contestant, share, latency) in rows)
            table.Append($"| {contestant.Name} | {share:p0} | {latency.PerSecond:n0} | {latency.P50:n1} | {latency.P99:n1} | {latency.Most:n0} |\n");
        return table.ToString();
    }

    public static string OfKills(IEnumerable<(Contestant Contestant, Measurement Run)> rows)
    {
        var table = new StringBuilder("| one kill -9 in the middle of 1,000 events | lost | pushed again |\n|---|---|---|\n");
        foreach (var (contestant, run) in rows) table.Append($"| {contestant.Name} | {run.Lost} | {run.PushedAgain} |\n");
        return table.ToString();
    }
}
