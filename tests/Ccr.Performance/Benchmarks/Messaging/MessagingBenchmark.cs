using System.Diagnostics;
using System.Globalization;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.Performance.Benchmarks.Messaging;

/// <summary>
/// What the hosts use and the bare AMQP library at the same embedded broker, in turns, so that a ratio holds when the machine's speed drifts; then the
/// broker's own memory, and its durable mode beside its in-memory mode.
/// </summary>
internal static class MessagingBenchmark
{
    private const int Messages = 10_000;
    private const int Rounds = 5;
    private const int QueueCount = 100;
    private static readonly int[] Concurrencies = [1, 32, 128];
    private static readonly byte[] Body = new byte[1024];
    private static int _queues;

    public static async Task RunAsync()
    {
        // First, while nothing else has grown the process.
        await MeasureMemoryAsync();
        System.Console.WriteLine();
        System.Console.WriteLine($"{Messages:N0} messages of 1 KB, client and broker in one process, {Environment.ProcessorCount} processors; median of {Rounds} rounds in turns, after one of warm-up");
        System.Console.WriteLine();
        System.Console.WriteLine("| work | concurrency | bare AMQPNetLite, msg/s | Ccr.Hosting, msg/s | ratio (range) |");
        System.Console.WriteLine("|---|---|---|---|---|");
        await CompareAsync();
        System.Console.WriteLine();
        await CompareDurableAsync();
    }

    private static async Task CompareAsync()
    {
        foreach (var (work, measure) in Works)
        {
            foreach (var concurrency in Concurrencies)
            {
                await using var broker = await StartAsync(dataDirectory: null);
                await using var bare = new BareAmqp(broker.Port);
                await using var ours = new OurClient(broker.ConnectionString);
                var rounds = new List<(double Bare, double Ours)>();
                for (var round = 0; round <= Rounds; round++)
                {
                    var result = (await measure(bare, ours, concurrency), await measure(ours, ours, concurrency));
                    if (round > 0) rounds.Add(result);
                }

                var ratios = rounds.Select(r => r.Ours / r.Bare).Order().ToList();
                System.Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {work} | {concurrency} | {Median(rounds.Select(r => r.Bare)):N0} | {Median(rounds.Select(r => r.Ours)):N0} | {Median(ratios):0.00} ({ratios[0]:0.00}-{ratios[^1]:0.00}) |"));
            }
        }
    }

    private static async Task CompareDurableAsync()
    {
        var folder = Directory.CreateTempSubdirectory("ccr-benchmark-");
        try
        {
            await using var memory = await StartAsync(dataDirectory: null);
            await using var disk = await StartAsync(folder.FullName);
            await using var memoryClient = new OurClient(memory.ConnectionString);
            await using var diskClient = new OurClient(disk.ConnectionString);
            foreach (var (work, measure) in Works)
            {
                var factors = new List<double>();
                for (var round = 0; round < Rounds; round++)
                    factors.Add(await measure(memoryClient, memoryClient, 32) / await measure(diskClient, diskClient, 32));
                System.Console.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"durable broker, {work}, concurrency 32: {Median(factors):0.0} times slower than in memory"));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task MeasureMemoryAsync()
    {
        await using var broker = await StartAsync(dataDirectory: null);
        await using var ours = new OurClient(broker.ConnectionString);
        await ours.SendAsync(NextQueue(), 1_000, 128, Body);
        var before = Environment.WorkingSet;
        await ours.SendAsync(NextQueue(), 100_000, 128, Body);
        System.Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"100,000 queued messages of 1 KB: working set {Environment.WorkingSet / 1e6:N0} MB, client included; {before / 1e6:N0} MB before"));
    }

    private static IEnumerable<(string Name, Func<IContestant, IContestant, int, Task<double>> Measure)> Works =>
    [
        ("send", (contestant, _, concurrency) => TimeAsync(() => contestant.SendAsync(NextQueue(), Messages, concurrency, Body))),
        ("receive + complete", async (contestant, filler, concurrency) =>
        {
            var queue = NextQueue();
            await filler.SendAsync(queue, Messages, 128, Body);
            return await TimeAsync(() => contestant.ReceiveAsync(queue, Messages, concurrency));
        }),
        ("receive + send + complete", async (contestant, filler, concurrency) =>
        {
            var (from, to) = (NextQueue(), NextQueue());
            await filler.SendAsync(from, Messages, 128, Body);
            return await TimeAsync(() => contestant.ForwardAsync(from, to, Messages, concurrency));
        }),
    ];

    /// <summary>A run leaves its messages where no other run of the same broker meets them.</summary>
    private static string NextQueue() => $"q{Interlocked.Increment(ref _queues) % QueueCount}";

    private static Task<EmbeddedBroker> StartAsync(string? dataDirectory)
    {
        var entities = new ServiceBusConfig();
        for (var queue = 0; queue < QueueCount; queue++) entities.AddQueue($"q{queue}");
        return EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = entities, DataDirectory = dataDirectory });
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await work();
        return Messages / Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
