using Ccr.Agent;
using Ccr.Core;
using Ccr.Core.Sites;

namespace Ccr.Cli.Commands;

/// <summary>
/// <c>ccr check</c> of an agent's file: run it on the agent's computer, as the account that it runs as. It takes no command, asks no management point
/// for a push, and leaves the journal alone.
/// </summary>
internal static class AgentCheck
{
    public static async Task<IReadOnlyList<ReadinessCheck>> RunAsync(CommandLine line, IReport report, IConfiguration configuration, CancellationToken stop)
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(line.Time).AddAgentOptions(configuration)
            .AddCcrConnection(configuration).AddCcrMessaging().AddCcrCore(configuration).BuildServiceProvider();
        if (StartupFaults.FindInOptions(services) is { Count: > 0 } faults) throw new UserErrorException(string.Join(Environment.NewLine, faults));

        CheckCommand.SayConfiguration(report, services);
        var options = services.GetRequiredService<AgentOptions>();
        services.GetRequiredService<SiteTable>().TryFind(options.Site, out var site);
        var checks = new List<ReadinessCheck> { AskFolder("journal folder", options.DataDirectory!), await AskQueueAsync(
            services, Entities.AgentQueue(site!.Key), stop) };
        if (options.FileDropFolder is { } inbox) checks.Add(AskFolder("inbox folder", inbox));
        else checks.AddRange(await CheckCommand.AskManagementPointsAsync(services, site, stop));
        return checks;
    }

    private static Task<ReadinessCheck> AskQueueAsync(ServiceProvider services, string queue, CancellationToken stop) =>
        CheckCommand.AskBrokerAsync($"queue {queue}", () => services.GetRequiredService<ServiceBusConnection>().ProbeReceivingAsync(queue, stop));

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
