namespace Ccr.Experiment;

/// <summary>What one run of one contestant under one load came to.</summary>
internal sealed record Measurement
{
    /// <summary>Events a second, from the moment the contestant was let go to the last result.</summary>
    public double PerSecond { get; init; }

    /// <summary>Processor seconds for 1,000 events.</summary>
    public double CpuPerThousand { get; init; }

    /// <summary>The most memory it had, in megabytes.</summary>
    public double PeakMegabytes { get; init; }

    /// <summary>Events without a result.</summary>
    public int Lost { get; init; }

    /// <summary>Requests to the management point beyond one a machine.</summary>
    public int PushedAgain { get; init; }
}

/// <summary>Time from when an event was meant to be sent to its result, in milliseconds.</summary>
internal sealed record Latency(double PerSecond, double P50, double P99, double Most);
