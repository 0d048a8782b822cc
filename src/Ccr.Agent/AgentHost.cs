using Ccr.Agent.Commands;
using Ccr.Hosting;
using Ccr.Hosting.Relay;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Ccr.Agent;

/// <summary>The process: <c>Ccr.Agent --config FILE</c>.</summary>
internal static class AgentHost
{
    private const string Usage = "Usage: Ccr.Agent --config FILE. Environment variables win over the file, for example Agent__Name or ServiceBus.";

    /// <summary>Runs until the service manager, a signal or Ctrl+C stops it; returns the exit code: 0, 1 for a failure, 2 for wrong usage.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="replace">Registers something in place of the agent's own.</param>
    /// <param name="stop">Stops it, as a signal does, also before it listens to signals itself.</param>
    public static async Task<int> RunAsync(string[] arguments, Action<IServiceCollection>? replace = null, CancellationToken stop = default)
    {
        if (arguments is not ["--config", var path]) return await RefuseAsync([Usage]);

        try
        {
            using var host = Build(path, replace);
            if (StartupFaults.FindInOptions(host.Services) is { Count: > 0 } faults) return await RefuseAsync(faults.Select(fault => fault.ToString()));

            // Before anything is received: a journal that cannot be used is said at once.
            _ = host.Services.GetRequiredService<DataFolder>();
            var options = host.Services.GetRequiredService<AgentOptions>();
            Log.Started(
                host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Ccr.Agent"), options.Name, StatusReport.Version,
                host.Services.GetRequiredService<Site>().Key, host.Services.GetService<RelayOptions>()?.Endpoint?.ToString() ?? "its queue",
                options.DataDirectory!);
            UnsignedSites.Warn(host.Services);
            var end = host.Services.GetRequiredService<AgentStop>();
            await host.RunAsync(stop);
            return end.HasFailed ? 1 : 0;
        }
        catch (Exception fault) when (fault is AgentException or LedgerException or InvalidDataException or FileNotFoundException)
        {
            await Console.Error.WriteLineAsync(fault.GetBaseException() is FormatException format ? $"{fault.Message} {format.Message}" : fault.Message);
            return fault is InvalidDataException or FileNotFoundException ? 2 : 1;
        }
    }

    private static IHost Build(string path, Action<IServiceCollection>? replace)
    {
        // Nothing is read but what is named: an appsettings.json in the current folder is somebody else's.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "Ccr.Agent" });
        builder.Configuration.AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false).AddSystemCredentials().AddEnvironmentVariables();
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddWindowsService(service => service.ServiceName = "CcrAgent");
        builder.Services.AddSystemd();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.AddCcrTelemetry(builder.Configuration, "ccr-agent");
        replace?.Invoke(builder.Services);
        builder.Services.AddCcrAgent(builder.Configuration);
        return builder.Build();
    }

    private static async Task<int> RefuseAsync(IEnumerable<string> faults)
    {
        foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
        return 2;
    }
}
