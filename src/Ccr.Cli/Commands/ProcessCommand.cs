using Ccr.Hosting.Processing;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr process</c>: the processing host without Azure Functions, on any Service Bus.</summary>
internal static class ProcessCommand
{
    public static Command Create(CommandLine line)
    {
        var (connection, ledger) = (new ConnectionArguments(), new LedgerArguments());
        var command = new Command("process", "Processes events until it is stopped, on any Service Bus.") { connection.Connection };
        ledger.AddTo(command);
        command.SetAction((arguments, stop) =>
        {
            var configuration = ledger.Configure(arguments, ConnectionArguments.SettingsOf(ConnectionArguments.Find(arguments, connection.Connection)));
            if (!configuration.GetSection(ServiceBusOptions.Section).Exists()) connection.Require(arguments);
            return RunAsync(line, configuration, arguments, stop);
        });
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, IConfiguration configuration, ParseResult arguments, CancellationToken stop)
    {
        using var host = Build(line, configuration);
        if (StartupFaults.Find(host.Services) is { Count: > 0 } faults) throw new UserErrorException(string.Join(Environment.NewLine, faults));
        UnsignedSites.Warn(host.Services);
        await host.StartAsync(stop);
        line.ReportFor(arguments).Say("Processing (Ctrl+C stops it)", "processing", new Dictionary<string, object?> { ["started"] = line.Time.GetUtcNow() });
        await line.WaitForStopAsync(stop);
        await host.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    private static IHost Build(CommandLine line, IConfiguration configuration)
    {
        // Nothing is read from the current folder but what is named: an appsettings.json there is somebody else's.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "ccr" });
        builder.Configuration.AddConfiguration(configuration);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddConfiguration(configuration.GetSection("Logging"))
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
            .AddSimpleConsole(
                console => (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z' "));
        builder.Services.AddSingleton(line.Time);
        builder.Services.AddCcrHost(builder.Configuration).AddCcrProcessing(builder.Configuration).AddCcrTelemetry(builder.Configuration, "ccr")
            .AddHostedService(provider => provider.GetRequiredService<ProcessingService>());
        return builder.Build();
    }
}
