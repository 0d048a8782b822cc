using Azure.Messaging.ServiceBus;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Ccr.Core.Agents;
using Ccr.Core.Messaging;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting.ServiceBus;
using Ccr.SiteSimulator;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Performance.Benchmarks.Agent;

/// <summary>
/// What the agent costs the server that it runs on: memory when it has nothing to do, the time from its start until it is connected, and processor time
/// under load. Broker and management point are this process, the agent is its own.
/// </summary>
internal static class AgentFootprint
{
    private const int Commands = 1000;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LoadTime = TimeSpan.FromMinutes(1);

    /// <summary>Measures an agent: a published file, or by default the one that was built beside this.</summary>
    public static async Task RunAsync(string? program, TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("ccr-footprint-");
        await using var managementPoint = await SimulatedManagementPoint.StartAsync(new SimulatedManagementPointOptions { RememberedRequests = 1 }, default);
        await using var broker = await EmbeddedBroker.StartAsync(
            new EmbeddedBrokerOptions
            {
                Config = new ServiceBusConfig().AddQueue(Entities.AgentQueue("hq")).AddTopic(Entities.Results, Entities.WatchSubscription),
            }, NullLoggerFactory.Instance, default);
        var config = Path.Combine(folder.FullName, "agent.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(SettingsOf(broker.ConnectionString, managementPoint.BaseAddress, folder.FullName)));

        for (var run = 1; run <= 5; run++)
        {
            var (elapsed, processor) = await MeasureStartAsync(program, config);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"start to connected {elapsed,8:0} ms, processor {processor,6:0} ms"));
        }

        using var agent = Start(program, config);
        await WaitForConnectionAsync(agent);
        await Task.Delay(Idle, TimeProvider.System);
        Report(output, "idle", agent, TimeSpan.Zero, Idle);

        agent.Refresh();
        var before = agent.TotalProcessorTime;
        await SendAsync(broker.ConnectionString);
        while (managementPoint.Submissions < Commands) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Report(output, $"{Commands} commands", agent, before, LoadTime);

        agent.Kill();
        await agent.WaitForExitAsync();
        folder.Delete(recursive: true);
    }

    private static async Task<(double Elapsed, double Processor)> MeasureStartAsync(string? program, string config)
    {
        var clock = Stopwatch.StartNew();
        using var agent = Start(program, config);
        await WaitForConnectionAsync(agent);
        var elapsed = clock.Elapsed.TotalMilliseconds;
        agent.Refresh();
        var processor = agent.TotalProcessorTime.TotalMilliseconds;
        agent.Kill();
        await agent.WaitForExitAsync();
        return (elapsed, processor);
    }

    private static void Report(TextWriter output, string what, Process agent, TimeSpan before, TimeSpan over)
    {
        agent.Refresh();
        var processor = agent.TotalProcessorTime - before;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-15} memory {agent.WorkingSet64 / 1048576.0,6:0.0} MB (peak {agent.PeakWorkingSet64 / 1048576.0:0.0}), processor {processor.TotalSeconds,6:0.00} s in {over.TotalSeconds:0} s: {100 * processor / over:0.0} % of one core"));
    }

    private static Process Start(string? program, string config)
    {
        var dll = Path.Combine(AppContext.BaseDirectory, "Ccr.Agent.dll");
        var start = program is null ? new ProcessStartInfo("dotnet", [dll, "--config", config]) : new ProcessStartInfo(program, ["--config", config]);
        start.UseShellExecute = false;
        start.RedirectStandardOutput = true;
        return Process.Start(start)!;
    }

    private static async Task WaitForConnectionAsync(Process agent)
    {
        while (await agent.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.Contains("Connected to", StringComparison.Ordinal)) continue;

            // What it says from now on must not fill the pipe.
            _ = agent.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return;
        }

        throw new InvalidOperationException("The agent ended.");
    }

    /// <summary>Sends commands evenly over the time.</summary>
    private static async Task SendAsync(string connectionString)
    {
        await using var connection = new ServiceBusConnection(ServiceBusOptions.For(connectionString));
        await using var queue = connection.CreateSender(Entities.AgentQueue("hq"));
        using var timer = new PeriodicTimer(LoadTime / Commands, TimeProvider.System);
        for (var number = 0; number < Commands && await timer.WaitForNextTickAsync(); number++)
        {
            var now = TimeProvider.System.GetUtcNow();
            var command = new AgentCommand
            {
                RequestId = $"ccr-{number}",
                Source = "benchmark",
                EventId = $"{number}",
                Part = 1,
                Parts = 1,
                Machine = $"PC{number}",
                Domain = "CORP",
                Site = "hq",
                Issued = now,
                Expires = now.AddHours(1),
                AnswerBy = now.AddHours(2),
            };
            await queue.SendAsync(new ServiceBusMessage(command.Write()) { MessageId = command.RequestId }, CancellationToken.None);
        }
    }

    private static Dictionary<string, string> SettingsOf(string connection, Uri managementPoint, string folder) => new(StringComparer.Ordinal)
    {
        ["ServiceBus"] = connection,
        ["Agent:DataDirectory"] = folder,
        ["Agent:StatusPort"] = "0",
        ["Ccr:DefaultDomain"] = "CORP",
        ["Ccr:Sites:hq:AllowUnsigned"] = "true",
        ["Ccr:Sites:hq:ManagementPoints:0:Address"] = managementPoint.ToString().TrimEnd('/'),
    };
}
