using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.FunctionsTestHost;
using Ccr.SiteSimulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Performance.Benchmarks.Functions;

/// <summary>
/// What the Functions worker and its host cost: the time from a start until the app is loaded, and events a second from the queue to the result, with
/// <c>ccr process</c> beside it. Both take as many messages at once as host.json says, and keep their ledger in a file. The host here is the test
/// host, which does less than a real one; broker and management point are this process, too.
/// </summary>
internal static class FunctionsHostBenchmark
{
    private const int Events = 2000;
    private const int Starts = 5;
    private const string Concurrency = "10";

    /// <summary>The output of the app's build, as a person who starts it has it.</summary>
    private static readonly string AppDirectory = Path.GetFullPath(
        typeof(FunctionsHostBenchmark).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "FunctionsApp").Value!);

    public static async Task RunAsync(TextWriter output)
    {
        for (var run = 1; run <= Starts; run++)
        {
            await MeasureAsync("functions", FunctionsAsync, run == Starts, output);
            await MeasureAsync("ccr process", PlainAsync, run == Starts, output);
        }
    }

    private static async Task MeasureAsync(string name, Func<Stage, Task<Contestant>> start, bool withEvents, TextWriter output)
    {
        await using var stage = await Stage.SetAsync();
        var clock = Stopwatch.StartNew();
        await using var contestant = await start(stage);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} start to loaded {clock.Elapsed.TotalMilliseconds,6:0} ms"));
        if (!withEvents) return;

        // The first of them connect, and have code compiled.
        await stage.SendAsync(0, Events / 10);
        var before = contestant.Processor;
        clock.Restart();
        await stage.SendAsync(Events / 10, Events);
        var seconds = clock.Elapsed.TotalSeconds;
        var processor = (contestant.Processor - before).TotalMilliseconds / Events;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-12} {Events / seconds,6:0} events/s, {processor:0.00} ms of processor time an event, {contestant.MemoryMegabytes:0} MB"));
    }

    private static async Task<Contestant> FunctionsAsync(Stage stage)
    {
        var host = await FunctionsHost.StartAsync(new FunctionsHostOptions(AppDirectory, stage.Settings), CancellationToken.None);
        return new Contestant(Process.GetProcessById(host.WorkerProcessId), host);
    }

    private static async Task<Contestant> PlainAsync(Stage stage)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ccr.dll"), "process", "--json"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in stage.Settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        if (await process.StandardOutput.ReadLineAsync() is null) throw new InvalidOperationException("ccr process ended.");
        return new Contestant(process, null);
    }

    private sealed class Contestant(Process process, FunctionsHost? host) : IAsyncDisposable
    {
        public TimeSpan Processor
        {
            get
            {
                process.Refresh();
                return process.TotalProcessorTime;
            }
        }

        public double MemoryMegabytes => process.WorkingSet64 / 1048576.0;

        public async ValueTask DisposeAsync()
        {
            if (host is not null) await host.DisposeAsync();
            else process.Kill();
            process.Dispose();
        }
    }

    /// <summary>Broker, management point and settings of one run.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ccr-functions-");
        private SimulatedManagementPoint _managementPoint = null!;
        private EmbeddedBroker _broker = null!;
        private ServiceBusClient _client = null!;

        public Dictionary<string, string> Settings { get; } = new(StringComparer.Ordinal);

        public static async Task<Stage> SetAsync()
        {
            var stage = new Stage
            {
                _managementPoint = await SimulatedManagementPoint.StartAsync(
                    new SimulatedManagementPointOptions { RememberedRequests = 1 }, CancellationToken.None),
                _broker = await EmbeddedBroker.StartAsync(
                    new EmbeddedBrokerOptions
                    {
                        Config = new ServiceBusConfig().AddQueue(Entities.Requests).AddQueue(Entities.AgentUndelivered)
                            .AddTopic(Entities.Results, Entities.LedgerSubscription, Entities.WatchSubscription),
                    },
                    NullLoggerFactory.Instance),
            };
            stage._client = new ServiceBusClient(stage._broker.ConnectionString);
            stage.Settings["ServiceBus"] = stage.Settings["CCR_CONNECTION"] = stage._broker.ConnectionString;
            stage.Settings["Ledger__Path"] = Path.Combine(stage._folder.FullName, "ledger.db");
            stage.Settings["Processing__MaxConcurrent"] = Concurrency;
            stage.Settings["Ccr__DefaultDomain"] = "CORP";
            stage.Settings["Ccr__Storms__MaxMachines"] = "0";
            stage.Settings["Ccr__Sites__hq__ManagementPoints__0__Address"] = stage._managementPoint.BaseAddress.ToString();
            stage.Settings["Logging__LogLevel__Default"] = "Warning";
            return stage;
        }

        /// <summary>Sends events, and returns when each has its result.</summary>
        public async Task SendAsync(int first, int count)
        {
            await using var sender = _client.CreateSender(Entities.Requests);
            await using var results = _client.CreateReceiver(
                Entities.Results, Entities.WatchSubscription, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
            for (var sent = 0; sent < count; sent += 100) await sender.SendMessagesAsync(Enumerable.Range(first + sent, 100).Select(Event));
            for (var ended = 0; ended < count;) ended += (await results.ReceiveMessagesAsync(100)).Count;
        }

        public async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await _broker.DisposeAsync();
            await _managementPoint.DisposeAsync();
            _folder.Delete(recursive: true);
        }

        private static ServiceBusMessage Event(int number) => new(
            $$"""{ "specversion": "1.0", "type": "ccr.reinstall.requested", "source": "/test", "id": "{{number}}", "data": { "machine": "PC{{number:0000}}" } }""")
        {
            MessageId = $"event-{number}",
        };
    }
}
