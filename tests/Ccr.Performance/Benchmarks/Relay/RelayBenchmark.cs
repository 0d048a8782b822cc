using System.Globalization;
using Ccr.Performance.Experiment;
using Ccr.Performance.Experiment.Contestants;
using Ccr.Performance.Experiment.Report;
using Ccr.Performance.Experiment.Staging;

namespace Ccr.Performance.Benchmarks.Relay;

/// <summary>
/// What the way through the relay costs: the three transports in turns, each as fast as it can, and then at one steady rate, at which all keep up. Broker,
/// management point and relay are processes of their own, new for each run, and not counted; processor and agent are.
/// </summary>
internal static class RelayBenchmark
{
    private const int Events = 1000;
    private const int Rounds = 3;
    private const double PerSecond = 20;

    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(15);

    private static readonly (string Name, Contestant Contestant)[] Transports =
        [("Direct", Contestant.WithSqlite), ("Relay", Contestant.WithRelay), ("Agent", Contestant.WithAgent)];

    public static async Task RunAsync(TextWriter output)
    {
        await output.WriteLineAsync($"{Machine.Describe()}; {Events} events at once, and {PerSecond} a second for {Steady.TotalSeconds} s, {Rounds} rounds\n");
        var (runs, load) = (new Runs(Cores.Shared, Programs.AsBuilt), Load.Plain(Events));
        var found = Transports.ToDictionary(transport => transport.Name, _ => new List<(Measurement Fast, Latency Slow)>(), StringComparer.Ordinal);
        for (var round = 0; round < Rounds; round++)
        {
            // Each round begins with another one: what else the machine does falls on all.
            foreach (var (name, contestant) in Transports.Skip(round % Transports.Length).Concat(Transports.Take(round % Transports.Length)))
            {
                var fast = await runs.FastAsync(contestant, load, new Random(round), CancellationToken.None);
                found[name].Add((fast, await runs.SteadyAsync(contestant, PerSecond, Steady, CancellationToken.None)));
                await System.Console.Error.WriteLineAsync($"round {round + 1}, {name}: {(int)fast.PerSecond} events a second");
            }
        }

        await output.WriteLineAsync(
            "| transport | events a second | processor time an event, ms | p50, ms | p99, ms | lost | pushed again |\n|---|---|---|---|---|---|---|");
        foreach (var (name, rounds) in found)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {Span(rounds.Select(run => run.Fast.PerSecond))} | {Median(rounds.Select(run => run.Fast.CpuPerThousand)):0.00} | {Span(rounds.Select(run => run.Slow.P50))} | {Span(rounds.Select(run => run.Slow.P99))} | {rounds.Sum(run => run.Fast.Lost)} | {rounds.Sum(run => run.Fast.PushedAgain)} |"));
        }

        foreach (var (name, of) in new (string, Func<Latency, double>)[] { ("p50", latency => latency.P50), ("p99", latency => latency.P99) })
        {
            // Of the same round: what the machine does meanwhile falls on both.
            var added = found["Relay"].Zip(found["Direct"], (relay, direct) => of(relay.Slow) - of(direct.Slow));
            await output.WriteLineAsync($"\nThe relay adds to the latency of Direct ({name}), in ms: {Span(added)}");
        }
    }

    /// <summary>The median, and the least and the most.</summary>
    private static string Span(IEnumerable<double> values)
    {
        var all = values.ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{Median(all):0.#} ({all.Min():0.#} to {all.Max():0.#})");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
