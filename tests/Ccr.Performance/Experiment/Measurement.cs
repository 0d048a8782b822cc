using Ccr.Performance.Experiment.Contestants;

namespace Ccr.Performance.Experiment;

/// <summary>What one run of one contestant under one load came to.</summary>
internal sealed record Measurement
{
    /// <summary>Events a second, from the moment the contestant was let go to the last result.</summary>
    public double PerSecond { get; init; }

    /// <summary>Processor seconds for 1,000 events.</summary>
    public double CpuPerThousand { get; init; }

    /// <summary>The most memory that each of its processes had, in megabytes.</summary>
    public IReadOnlyList<double> PeakMegabytes { get; init; } = [];

    /// <summary>Events without a result.</summary>
    public int Lost { get; init; }

    /// <summary>Requests to the management point beyond one a machine.</summary>
    public int PushedAgain { get; init; }
}

/// <summary>All runs of one contestant under one load.</summary>
/// <param name="Load">The load, whole.</param>
/// <param name="Contestant">Who carried it.</param>
/// <param name="Events">How many of its events it was given in each run.</param>
/// <param name="Runs">What they came to.</param>
internal sealed record Series(Load Load, Contestant Contestant, int Events, IReadOnlyList<Measurement> Runs)
{
    /// <summary>The median of the events a second.</summary>
    public double PerSecond => Median(run => run.PerSecond);

    public double Least => Runs.Min(run => run.PerSecond);

    public double Most => Runs.Max(run => run.PerSecond);

    public double Median(Func<Measurement, double> what)
    {
        var sorted = Runs.Select(what).Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>Its median over that of the 100 % line among the series of the same load.</summary>
    public double ShareOf(IEnumerable<Series> load) => PerSecond / load.Single(series => series.Contestant == Contestant.Twin).PerSecond;
}

/// <summary>Time from when an event was meant to be sent to its result, in milliseconds.</summary>
internal sealed record Latency(double PerSecond, double P50, double P99, double Most);
