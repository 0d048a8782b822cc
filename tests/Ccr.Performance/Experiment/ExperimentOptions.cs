namespace Ccr.Performance.Experiment;

/// <summary>What can be measured by itself.</summary>
internal enum Part
{
    /// <summary>Ways without a broker.</summary>
    Senders,

    /// <summary>As fast as each can, under each load.</summary>
    Loads,

    /// <summary>At a given rate, with latency.</summary>
    Open,

    /// <summary>With one kill in the middle.</summary>
    Kill,

    /// <summary>With ever more events.</summary>
    Scale,
}

/// <summary>How much is measured.</summary>
/// <param name="Events">Events of a load; some loads and contestants have fewer.</param>
/// <param name="Rounds">Runs of each contestant under each load, interleaved; there is one more that does not count.</param>
/// <param name="Steady">How long a given rate is kept up.</param>
/// <param name="Loads">Which loads are measured, by their numbers, from 1.</param>
/// <param name="Seed">What all chance comes from.</param>
internal sealed record ExperimentOptions(int Events, int Rounds, TimeSpan Steady, IReadOnlyList<int> Loads, int Seed)
{
    /// <summary>What is measured.</summary>
    public IReadOnlyList<Part> Parts { get; init; } = Enum.GetValues<Part>();

    /// <summary>Parts of the names of the contestants to measure; all when empty. The 100 % line is always among them.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>What ours are measured with besides: a setting, or the folder of another build.</summary>
    public IReadOnlyList<string> Beside { get; init; } = [];

    /// <summary>Everything runs where the system puts it.</summary>
    public bool NotPinned { get; init; } = true;

    /// <summary>The loads are measured (again) with a core for the contestants.</summary>
    public bool Pinned { get; init; }

    /// <summary>What ships is published first; otherwise it runs as it was built.</summary>
    public bool Publish { get; init; }

    public static ExperimentOptions Quick(int seed) => new(1000, 1, TimeSpan.FromSeconds(5), [1, 3], seed) { Parts = [Part.Loads] };

    public static ExperimentOptions Full(int seed) => new(10_000, 5, TimeSpan.FromSeconds(15), [1, 2, 3, 4], seed) { Pinned = true, Publish = true };
}
