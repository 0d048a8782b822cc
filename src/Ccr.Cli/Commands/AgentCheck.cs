using System.Runtime.CompilerServices;
using System.Text.Json;
using Ccr.Agent;
using Ccr.Core;
using Ccr.Core.Sites;
using Ccr.Hosting.Sites;

namespace Ccr.Cli.Commands;

/// <summary>
/// <c>ccr check</c> of an agent's file: run it on the agent's computer, as the account that it runs as. It takes no command, asks no management point
/// for a push, and leaves the journal alone.
/// </summary>
internal static class AgentCheck
{
    public static async IAsyncEnumerable<ReadinessCheck> RunAsync(
        CommandLine line, IReport report, IConfiguration configuration, [EnumeratorCancellation] CancellationToken stop)
    {
        var relay = AgentServices.FindRelay(configuration);
        var registered = new ServiceCollection().AddLogging().AddSingleton(line.Time).AddAgentOptions(configuration).AddCcrCore(configuration);
        if (relay is null) registered.AddCcrConnection(configuration).AddCcrMessaging();
        await using var services = registered.BuildServiceProvider();
        if (StartupFaults.FindInOptions(services) is { Count: > 0 } faults) throw new UserErrorException(string.Join(Environment.NewLine, faults));

        CheckCommand.SayConfiguration(report, services);
        var options = services.GetRequiredService<AgentOptions>();
        services.GetRequiredService<SiteTable>().TryFind(options.Site, out var site);
        yield return AskFolder("journal folder", options.DataDirectory!);
        yield return relay is null
            ? await AskQueueAsync(services, Entities.AgentQueue(site!.Key), stop)
            : await AskListenerAsync(options, relay, line.Time, stop);
        if (options.FileDropFolder is { } inbox) yield return AskFolder("inbox folder", inbox);
        else await foreach (var check in CheckCommand.AskManagementPointsAsync(services, site!, stop)) yield return check;
        if (await CheckCommand.ReadInboxesAsync(site!, line.Time, stop) is { } inboxes) yield return inboxes;
    }

    private static Task<ReadinessCheck> AskQueueAsync(ServiceProvider services, string queue, CancellationToken stop) =>
        CheckCommand.AskBrokerAsync($"queue {queue}", () => services.GetRequiredService<ServiceBusConnection>().ProbeReceivingAsync(queue, stop));

    /// <summary>
    /// Asks the agent that runs here whether it is connected: a listener more, for a check, would be given the processor's questions.
    /// </summary>
    private static async Task<ReadinessCheck> AskListenerAsync(AgentOptions options, IConfigurationSection section, TimeProvider time, CancellationToken stop)
    {
        var relay = RelayedSites.Read(section);
        var check = new ReadinessCheck($"relay {relay.Endpoint} (as {relay.Identity})", null);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(4.5), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        try
        {
            using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{options.StatusPort}/health"), either.Token);
            using var health = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(either.Token));
            return answer.IsSuccessStatusCode ? check : check with { Fault = health.RootElement.GetProperty("fault").GetString() };
        }
        catch (Exception fault) when (
            fault is HttpRequestException or JsonException or UriFormatException || (fault is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return check with { Warning = $"the agent does not answer on the port {options.StatusPort} of its status page: start it, it alone knows" };
        }
    }

    private static ReadinessCheck AskFolder(string name, string path)
    {
        if (!Directory.Exists(path)) return new ReadinessCheck($"{name} (the first start makes it: {path})", null);

        try
        {
            // A file that is gone as soon as it is closed.
            using var probe = new FileStream(
                Path.Combine(path, $"{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return new ReadinessCheck($"{name} {path}", null);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new ReadinessCheck($"{name} {path}", fault.Message);
        }
    }
}
