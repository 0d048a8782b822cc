using Ccr.Performance.Experiment.Contestants;
using Ccr.Performance.Experiment.Report;
using Ccr.Performance.Experiment.Staging;

namespace Ccr.Performance.Experiment;

/// <summary>Measures the contestants side by side, and prints each table as soon as it is known.</summary>
internal sealed class PerformanceExperiment(ExperimentOptions options, TextWriter output)
{
    private const int KilledEvents = 1000;

    private readonly Random _random = new(options.Seed);
    private readonly IReadOnlyList<Load> _loads = Load.All(options.Events);
    private readonly List<Series> _table = [];

    /// <summary>Measures all parts, and writes the chart of those loads that are among them.</summary>
    public async Task RunAsync(string chartFile, CancellationToken cancellationToken)
    {
        var programs = options.Publish ? await Programs.PublishAsync(cancellationToken) : Programs.AsBuilt;
        var where = $"{Machine.Describe()}; ours {programs.Name}";
        await output.WriteLineAsync($"Performance experiment: {options.Events:n0} events, {options.Rounds} rounds, seed {options.Seed}, {where}\n");

        // What is pinned stays pinned, so it comes last.
        if (options.NotPinned) await MeasureAsync(new Runs(Cores.Shared, programs), options.Parts, chartFile, where, cancellationToken);
        if (!options.Pinned) return;

        var cores = await Cores.PinAsync(cancellationToken);
        await output.WriteLineAsync($"{cores.Name}\n");
        await MeasureAsync(new Runs(cores, programs), options.NotPinned ? [Part.Loads] : options.Parts, chartFile, where, cancellationToken);
    }

    private async Task MeasureAsync(Runs runs, IEnumerable<Part> parts, string chartFile, string where, CancellationToken cancellationToken)
    {
        var (contestants, azurite) = await GatherAsync(runs, cancellationToken);
        try
        {
            foreach (var part in parts.Distinct().Order())
            {
                await (part switch
                {
                    Part.Senders => SendersAsync(runs, cancellationToken),
                    Part.Loads => LoadsAsync(runs, contestants, cancellationToken),
                    Part.Open => OpenAsync(runs, contestants, cancellationToken),
                    Part.Kill => KillAsync(runs, contestants, cancellationToken),
                    _ => ScaleAsync(runs, contestants, cancellationToken),
                });
                if (part != Part.Loads) continue;

                await File.WriteAllTextAsync(chartFile, Chart.Of(_table, where), cancellationToken);
                await output.WriteLineAsync($"Chart: {chartFile}\n");
            }
        }
        finally
        {
            azurite?.Kill();
            azurite?.Dispose();
        }
    }

    private async Task<(IReadOnlyList<Contestant> Contestants, System.Diagnostics.Process? Azurite)> GatherAsync(
        Runs runs, CancellationToken cancellationToken)
    {
        var contestants = new List<Contestant>
        {
            Contestant.Twin, Contestant.OwnConnections, Contestant.BestTwin, Contestant.Bare,
            Contestant.WithoutLedger, Contestant.WithSqlite, Contestant.WithAgent, Contestant.WithRelay,
        };
        if (await NodePrograms.InstallAsync("tests/Ccr.Performance/Experiment/node", cancellationToken))
            contestants.AddRange([Contestant.Node(Contestant.Concurrency), Contestant.Node(1)]);
        else await output.WriteLineAsync("No Node worker: npm could not install its SDK.\n");

        System.Diagnostics.Process? azurite = null;
        if (await NodePrograms.InstallAsync("tests/Shared/node", cancellationToken))
        {
            (azurite, var connection) = await NodePrograms.StartAzuriteAsync(cancellationToken);
            contestants.Add(Contestant.WithTables(connection));
        }
        else
        {
            await output.WriteLineAsync("No Tables: npm could not install Azurite.\n");
        }

        contestants.AddRange([.. runs.Beside(options.Beside, contestants)]);
        foreach (var part in options.Only.Where(part => !contestants.Exists(contestant => contestant.Name.Contains(part, StringComparison.OrdinalIgnoreCase))))
            await output.WriteLineAsync($"--only: no contestant has '{part}' in its name.\n");
        contestants.RemoveAll(contestant => contestant != Contestant.Twin && options.Only.Count > 0 && !options.Only.Any(
            part => contestant.Name.Contains(part, StringComparison.OrdinalIgnoreCase)));
        return (contestants, azurite);
    }

    private async Task SendersAsync(Runs runs, CancellationToken cancellationToken)
    {
        var rows = new List<(string Name, double PerSecond)>();
        await using (var stage = await runs.StageAsync(cancellationToken))
            rows.Add(("curl loop, a process for each", await Senders.CurlAsync(stage, options.Events / 5, cancellationToken)));
        foreach (var inFlight in new[] { 1, 4, 16, 64, 256 })
        {
            await using var stage = await runs.StageAsync(cancellationToken);
            rows.Add(($"HttpClient, {inFlight} in flight", await Senders.HttpAsync(stage, options.Events, inFlight, cancellationToken)));
        }

        await output.WriteLineAsync(Tables.OfSenders(rows));
    }

    private async Task LoadsAsync(Runs runs, IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        await output.WriteAsync(Tables.HeadOfSpeed);
        foreach (var number in options.Loads.Distinct().Order())
        {
            var load = await CompareAsync(runs, runs.NameOf(_loads[number - 1]), contestants, cancellationToken);
            _table.AddRange(load);
            await output.WriteAsync(Tables.RowsOfSpeed(load));
        }

        await output.WriteLineAsync();
    }

    /// <summary>One round after the other with all contestants, each in another order: what else the machine does falls on all.</summary>
    private async Task<IReadOnlyList<Series>> CompareAsync(Runs runs, Load load, IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        var given = contestants.Select(contestant => (Contestant: contestant, Load: load.For(contestant)!)).Where(each => each.Load is not null).ToArray();
        var measured = given.ToDictionary(each => each.Contestant, _ => new List<Measurement>());
        for (var round = options.Rounds == 1 ? 1 : 0; round <= options.Rounds; round++)
        {
            var order = given.ToArray();
            _random.Shuffle(order);
            foreach (var (contestant, part) in order)
            {
                var run = await runs.FastAsync(contestant, round == 0 ? part.OneOf(10) : part, new Random(options.Seed), cancellationToken);
                await System.Console.Error.WriteLineAsync($"{load.Name}, {contestant.Name}: {run.PerSecond:n0}/s{(round == 0 ? " (warm-up round)" : "")}");
                if (round > 0) measured[contestant].Add(run);
            }
        }

        return [.. given.Select(each => new Series(load, each.Contestant, each.Load.Events, measured[each.Contestant]))];
    }

    private async Task OpenAsync(Runs runs, IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        var rows = new List<(Contestant, double, Latency)>();
        foreach (var contestant in contestants)
        {
            var plain = runs.NameOf(_loads[0]);
            var most = _table.Find(series => series.Load == plain && series.Contestant == contestant)?.PerSecond
                ?? (await runs.FastAsync(contestant, plain.For(contestant)!, _random, cancellationToken)).PerSecond;
            foreach (var share in new[] { 0.5, 0.8 })
                rows.Add((contestant, share, await runs.SteadyAsync(contestant, most * share, options.Steady, cancellationToken)));
        }

        await output.WriteLineAsync(Tables.OfLatency(rows));
    }

    private async Task KillAsync(Runs runs, IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        var rows = new List<(Contestant, Measurement)>();
        foreach (var contestant in contestants) rows.Add((contestant, await runs.KilledAsync(contestant, KilledEvents, cancellationToken)));
        await output.WriteLineAsync(Tables.OfKills(rows, KilledEvents));
    }

    /// <summary>A tenth of the events, all, and ten times as many: what one costs must not grow with those before it.</summary>
    private async Task ScaleAsync(Runs runs, IReadOnlyList<Contestant> contestants, CancellationToken cancellationToken)
    {
        var rows = new List<(Contestant, int, Measurement)>();
        foreach (var contestant in contestants.Where(one => one == Contestant.Twin || one == Contestant.WithoutLedger || one == Contestant.WithSqlite))
        {
            // All 100,000 of a full run wait in the broker at once; it holds a million messages or 1 GiB, about eight times as much.
            foreach (var events in new[] { options.Events / 10, options.Events, options.Events * 10 })
                rows.Add((contestant, events, await runs.FastAsync(contestant, Load.Plain(events), _random, cancellationToken)));
        }

        await output.WriteLineAsync(Tables.OfScale(rows));
    }
}
