using System.Diagnostics;
using System.Globalization;
using Ccr.Core.Ledger;
using Ccr.Core.Sites;
using Ccr.Hosting.Sqlite;
using Ccr.SiteSimulator;

namespace Ccr.Performance.Benchmarks.Ledger;

/// <summary>What the ledger costs: the same pipeline without one, with one in memory, and with SQLite, in turn.</summary>
internal static class LedgerThroughput
{
    private const int Events = 10_000;
    private const int Rounds = 5;
    private static readonly string[] Ledgers = ["none", "memory", "SQLite"];

    public static async Task RunAsync(TextWriter output)
    {
        await using var simulator = await SimulatedManagementPoint.StartAsync(new SimulatedManagementPointOptions(), CancellationToken.None);
        var client = new ManagementPointClient(TimeProvider.System);
        await output.WriteLineAsync(
            $"{Events} events, concurrency {Load.Concurrency}, median of {Rounds} interleaved rounds after one to warm up (least to most)\n");
        await output.WriteLineAsync(
            "| pipeline | machines | ledger | events/s | of none | CPU, µs/event | KB allocated/event |\n|---|---|---|---|---|---|---|");
        await MeasureAsync(output, "broker, processor, HTTP", Events, store => BrokerLoad.StartAsync(store, simulator.BaseAddress, Events));
        await MeasureAsync(output, "broker, processor, HTTP", 500, store => BrokerLoad.StartAsync(store, simulator.BaseAddress, 500));
        await MeasureAsync(output, "processor, HTTP", Events, store => Start(new Load(store, client, simulator.BaseAddress, Events)));
        await MeasureAsync(output, "processor, HTTP", 500, store => Start(new Load(store, client, simulator.BaseAddress, 500)));
        await MeasureAsync(output, "processor", Events, store => Start(new Load(store, new InstantSubmitter(), simulator.BaseAddress, Events)));
        await ShowMemoryAsync(output);
    }

    private static async Task MeasureAsync(TextWriter output, string name, int machines, Func<ILedgerStore, Task<ILoad>> start)
    {
        var figures = Ledgers.ToDictionary(ledger => ledger, _ => new List<Figure>(), StringComparer.Ordinal);
        for (var round = 0; round <= Rounds; round++)
        {
            foreach (var ledger in Ledgers)
            {
                var figure = await WithLedgerAsync(ledger, async store =>
                {
                    await using var load = await start(store);
                    return await MeasureOnceAsync(load);
                });
                if (round > 0) figures[ledger].Add(figure);
            }
        }

        var none = Median(figures["none"].Select(f => f.PerSecond));
        foreach (var (ledger, rounds) in figures)
        {
            var perSecond = rounds.Select(f => f.PerSecond).ToList();
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"| {name} | {machines:N0} | {ledger} | {Median(perSecond):N0} ({perSecond.Min():N0} to {perSecond.Max():N0}) | {Median(perSecond) / none:0.00} | {Median(rounds.Select(f => f.Microseconds)):0} | {Median(rounds.Select(f => f.Kilobytes)):0.0} |"));
        }
    }

    private static Task<ILoad> Start(ILoad load) => Task.FromResult(load);

    private static async Task<Figure> MeasureOnceAsync(ILoad load)
    {
        await load.PrepareAsync(Events);
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        await load.RunAsync(0, Events);
        watch.Stop();
        processor = Environment.CpuUsage.TotalTime - processor;
        load.Check(Events);
        return new Figure(
            Events / watch.Elapsed.TotalSeconds,
            processor.TotalMicroseconds / Events,
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / 1024.0 / Events);
    }

    /// <summary>Shows what is held after each 10,000 of 100,000 events for as many machines.</summary>
    private static async Task ShowMemoryAsync(TextWriter output)
    {
        await output.WriteLineAsync("\n| events so far (SQLite, all different machines) | live objects, MB | working set, MB |\n|---|---|---|");
        await WithLedgerAsync("SQLite", async store =>
        {
            var load = new Load(store, new InstantSubmitter(), new Uri("http://mp01"), 10 * Events);
            for (var done = 0; done < 10 * Events;)
            {
                await load.RunAsync(done, Events);
                done += Events;
                using var process = Process.GetCurrentProcess();
                await output.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {done:N0} | {GC.GetTotalMemory(forceFullCollection: true) / 1048576.0:0.0} | {process.WorkingSet64 / 1048576.0:0} |"));
            }

            return 0;
        });
    }

    private static async Task<T> WithLedgerAsync<T>(string name, Func<ILedgerStore, Task<T>> use)
    {
        if (name == "none") return await use(new NoLedger());
        if (name == "memory") return await use(new InMemoryLedgerStore());

        var folder = Directory.CreateTempSubdirectory("ccr-benchmark-");
        try
        {
            using var ledger = SqliteLedgerStore.Open(Path.Combine(folder.FullName, "ledger.db"));
            return await use(ledger);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private sealed record Figure(double PerSecond, double Microseconds, double Kilobytes);
}
