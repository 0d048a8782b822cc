using System.Net.Sockets;
using Ccr.Core.Text;
using Ccr.EmbeddedRelay;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.SiteSimulator;

namespace Ccr.Cli.Local;

/// <summary>Starts the embedded parts, and says what is wrong when a port or folder cannot be had.</summary>
internal static class Parts
{
    private const string EmbeddedConfig = "Config.json";

    public static Task<SimulatedManagementPoint> StartManagementPointAsync(SimulatedManagementPointOptions options, CancellationToken cancellationToken) =>
        StartAsync("the simulated management point", () => SimulatedManagementPoint.StartAsync(options, cancellationToken));

    public static Task<SimulatedAdminService> StartAdminServiceAsync(SimulatedAdminServiceOptions options, CancellationToken cancellationToken) =>
        StartAsync("the simulated AdminService", () => SimulatedAdminService.StartAsync(options, cancellationToken));

    public static Task<SimulatedSite> StartSiteAsync(SimulatedSiteOptions options) =>
        StartAsync("the simulated site", () => Task.FromResult(SimulatedSite.Start(options)));

    public static Task<EmbeddedBroker> StartBrokerAsync(EmbeddedBrokerOptions options, CommandLine line, CancellationToken cancellationToken)
    {
        const string What = "the embedded Service Bus";
        return StartAsync(What, () => EmbeddedBroker.StartAsync(options, new FaultLog(line, What), cancellationToken));
    }

    public static Task<EmbeddedRelayServer> StartRelayAsync(EmbeddedRelayOptions options, CancellationToken cancellationToken) =>
        StartAsync("the embedded relay", () => EmbeddedRelayServer.StartAsync(options, cancellationToken));

    /// <summary>The entities of a Config.json, by default of the project's own, which is built in.</summary>
    public static ServiceBusConfig LoadEntities(string? path)
    {
        if (path is not null) return LoadFile(path);

        using var stream = typeof(Parts).Assembly.GetManifestResourceStream(EmbeddedConfig)!;
        using var reader = new StreamReader(stream);
        return ServiceBusConfig.Parse(reader.ReadToEnd());
    }

    /// <summary>Adds the queue of the agents of each site that has none.</summary>
    public static ServiceBusConfig WithAgentQueues(ServiceBusConfig entities, IEnumerable<string> sites)
    {
        var known = entities.Queues.Single(queue => queue.ForwardDeadLetteredMessagesTo == Entities.AgentUndelivered);
        var names = sites.Select(Entities.AgentQueue).Where(
            name => entities.Queues.All(queue => !string.Equals(queue.Name, name, StringComparison.OrdinalIgnoreCase)));
        foreach (var name in names.ToList()) entities.AddQueue(name, _ => known with { Name = name });
        return entities;
    }

    private static ServiceBusConfig LoadFile(string path)
    {
        try
        {
            return ServiceBusConfig.Load(ConfigurationFile.RequireFile(path));
        }
        catch (ServiceBusConfigException fault)
        {
            throw new UserErrorException(CliReasons.BadArgument, $"{SafeText.Quote(path)} cannot be used: {fault.Message}");
        }
    }

    private static async Task<T> StartAsync<T>(string what, Func<Task<T>> start)
    {
        try
        {
            return await start();
        }
        catch (Exception fault) when (fault is IOException or SocketException or UnauthorizedAccessException)
        {
            throw new UserErrorException(CliReasons.CannotListen, $"{what} cannot start: {fault.Message}", ExitCode.Failed);
        }
    }
}
