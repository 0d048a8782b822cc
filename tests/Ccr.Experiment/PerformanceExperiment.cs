using Ccr.Experiment.Contestants;
using Ccr.Experiment.Report;
using Ccr.Experiment.Staging;

namespace Ccr.Experiment;

/// <summary>How much is measured.</summary>
/// <param name="Events">Events of a load; loads with a slow management point have fewer.</param>
/// <param name="Rounds">Runs of each contestant under each load, interleaved; there is one more that does not count.</param>
/// <param name="Steady">How long a given rate is kept up.</param>
/// <param name="Loads">How many of the loads are measured.</param>
/// <param name="Seed">What all chance comes from.</param>
internal sealed record ExperimentOptions(int Events, int Rounds, TimeSpan Steady, int Loads, int Seed)
{
    /// <summary>Parts of the names of the contestants to measure; all when empty. The 100 % line is always among them.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public static ExperimentOptions Quick(int seed) => new(1000, 3, TimeSpan.FromSeconds(5), 3, seed);

    public static ExperimentOptions Full(int seed) => new(10_000, 7, TimeSpan.FromSeconds(30), 5, seed);
}

/// <summary>Measures the contestants side by side, and prints what came of it.</summary>
internal sealed class PerformanceExperiment(ExperimentOptions options, TextWriter output)
{
    private readonly Random _random = new(options.Seed);

    /// <summary>Runs everything, and writes the chart.</summary>
    public async Task RunAsync(string chartFile, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync($"Performance experiment: {options.Events:n0} events, {options.Rounds} rounds, seed {options.Seed}, {Machine.Describe()}\n");
        System.Diagnostics.Process? azurite = null;
        try
        {
            var contestants = new List<Contestant> { Contestant.Bare, Contestant.WithoutLedger, Contestant.WithSqlite, Contestant.WithAgent };
            if (await NodePrograms.InstallAsync("tests/Ccr.Experiment/node", cancellationToken)) contestants.AddRange([Contestant.Node(Contestant.Concurrency), Contestant.Node(1)]);
            else await output.WriteLineAsync("No Node worker: npm could not install its SDK.\n");
            if (await NodePrograms.InstallAsync("tests/Ccr.Ledger.Tests/node", cancellationToken))
            {
                (azurite, var connection) = await NodePrograms.StartAzuriteAsync(cancellationToken);
                contestants.Add(Contestant.WithTables(connection));
            }

            contestants.RemoveAll(contestant => contestant != Contestant.Bare && options.Only.Count > 0 && !options.Only.Any(part => contestant.Name.Contains(part, StringComparison.OrdinalIgnoreCase)));
            await SendersAsync(cancellationToken);
            var table = new List<(Load Load, Contestant Contestant, IReadOnlyList<Measurement> Runs)>();
            foreach (var load in Load.All(options.Events).Take(options.Loads)) table.AddRange(await MeasureAsync(load, contestants, cancellationToken));
            await output.WriteLineAsync(Tables.OfSpeed(table));
            await SteadyAsync(contestants, table, cancellationToken);
            await KillAsync(contestants, cancellationToken);
            await File.WriteAllTextAsync(chartFile, Chart.Of(table), cancellationToken);
            await output.WriteLineAsync($"Chart: {chartFile}");
        }
        finally
        {
            azurite?.Kill();
        }
    }

    /// <summary>One round after the other with all contestants, each in another order: what else the machine does falls on all.</summary>
    private async Task<IEnumerable<(Load Load, Contestant Contestant, IReadOnlyList<Measurement> Runs)>> MeasureAsync(Load load, List<Contestant> contestants, CancellationToken cancellationToken)
    {
        var runs = contestants.ToDictionary(contestant => contestant, _ => new List<Measurement>());
        for (var round = 0; round < options.Rounds + 1; round++)
        {
            var order = contestants.ToArray();
            _random.Shuffle(order);
            foreach (var contestant in order)
            {
                var run = await Runs.FastAsync(contestant, load, new Random(options.Seed), cancellationToken);
                await Console.Error.WriteLineAsync($"{load.Name}, {contestant.Name}: {run.PerSecond:n0}/s{(round == 0 ? " (warm-up round)" : "")}");
                if (round > 0) runs[contestant].Add(run);
            }
        }

        return contestants.Select(contestant => (load, contestant, (IReadOnlyList<Measurement>)runs[contestant]));
    }

    private async Task SendersAsync(CancellationToken cancellationToken)
    {
        var rows = new List<(string Name, double PerSecond)>();
        await using (var stage = await Stage.StartAsync(null, "PT1M", cancellationToken)) rows.Add(("curl loop, a process for each", await Senders.CurlAsync(stage, options.Events / 5, cancellationToken)));
        foreach (var inFlight in new[] { 1, 4, 16, 64 })
        {
            await using var stage = await Stage.StartAsync(null, "PT1M", cancellationToken);
            rows.Add(($"HttpClient, {inFlight} in flight", await Senders.HttpAsync(stage, options.Events, inFlight, cancellationToken)));
        }

        await output.WriteLineAsync(Tables.OfSenders(rows));
    }

    private async Task SteadyAsync(List<Contestant> contestants, List<(Load Load, Contestant Contestant, IReadOnlyList<Measurement> Runs)> table, CancellationToken cancellationToken)
    {
        var rows = new List<(Contestant, double, Latency)>();
        foreach (var contestant in contestants)
        {
            var most = Tables.Median(table.First(row => row.Contestant == contestant).Runs, run => run.PerSecond);
            foreach (var share in new[] { 0.5, 0.8 }) rows.Add((contestant, share, await Runs.SteadyAsync(contestant, most * share, options.Steady, cancellationToken)));
        }

        await output.WriteLineAsync(Tables.OfLatency(rows));
    }

    private async Task KillAsync(List<Contestant> contestants, CancellationToken cancellationToken)
    {
        var rows = new List<(Contestant, Measurement)>();
        foreach (var contestant in contestants) rows.Add((contestant, await Runs.KilledAsync(contestant, 1000, cancellationToken)));
        await output.WriteLineAsync(Tables.OfKills(rows));
    }
}
