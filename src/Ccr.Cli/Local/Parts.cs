using System.Net.Sockets;
using Ccr.LocalServiceBus;
using Ccr.LocalServiceBus.Configuration;
using Ccr.ManagementPointSimulator;
using Microsoft.Extensions.Logging;

namespace Ccr.Cli.Local;

/// <summary>Starts the embedded parts, and says what is wrong when a port or folder cannot be had.</summary>
internal static class Parts
{
    private const string EmbeddedConfig = "Config.json";

    public static Task<SimulatedManagementPoint> StartManagementPointAsync(SimulatedManagementPointOptions options, CancellationToken cancellationToken) =>
        StartAsync("the simulated management point", () => SimulatedManagementPoint.StartAsync(options, cancellationToken));

    public static Task<LocalServiceBus.LocalServiceBus> StartBrokerAsync(LocalServiceBusOptions options, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        StartAsync("the embedded Service Bus", () => LocalServiceBus.LocalServiceBus.StartAsync(options, loggers, cancellationToken));

    /// <summary>The entities of a Config.json, by default of the project's own, which is built in.</summary>
    public static ServiceBusConfig LoadEntities(string? path)
    {
        if (path is not null) return ServiceBusConfig.Load(path);

        using var stream = typeof(Parts).Assembly.GetManifestResourceStream(EmbeddedConfig)!;
        using var reader = new StreamReader(stream);
        return ServiceBusConfig.Parse(reader.ReadToEnd());
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
