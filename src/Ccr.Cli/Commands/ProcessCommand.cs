using System.CommandLine;
using Ccr.Cli.Processing;
using Ccr.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr process</c>: the processing host without Azure Functions, on any Service Bus.</summary>
internal static class ProcessCommand
{
    private static readonly Option<string?> Config = new("--config") { Description = "A JSON file with the section Ccr; environment variables (Ccr__DefaultDomain) win over it", HelpName = "FILE" };

    public static Command Create(CommandLine line)
    {
        var connection = new ConnectionArguments();
        var command = new Command("process", "Processes events until it is stopped, on any Service Bus.") { connection.Connection, Config };
        command.SetAction((arguments, stop) => RunAsync(line, connection, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ConnectionArguments connection, ParseResult arguments, CancellationToken stop)
    {
        using var host = Build(line, arguments.GetValue(connection.Connection)!, arguments.GetValue(Config));
        if (StartupFaults.Find(host.Services) is { Count: > 0 } faults) throw new UserErrorException(string.Join(Environment.NewLine, faults));
        await host.StartAsync(stop);
        line.ReportFor(arguments).Say("Processing (Ctrl+C stops it)", "processing", new Dictionary<string, object?> { ["started"] = line.Time.GetUtcNow() });
        await line.WaitForStopAsync(stop);
        await host.StopAsync(CancellationToken.None);
        return ExitCode.Done;
    }

    private static IHost Build(CommandLine line, string connection, string? configFile)
    {
        // Nothing is read from the current folder but what is named: an appsettings.json there is somebody else's.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "ccr" });
        builder.Configuration
            .AddConfiguration(ConfigurationFile.Read(configFile))
            .AddEnvironmentVariables()
            .AddInMemoryCollection([KeyValuePair.Create<string, string?>("ServiceBus", connection)]);
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(line.Time);
        builder.Services.AddCcrHost(builder.Configuration).AddCcrTelemetry(builder.Configuration, "ccr").AddHostedService<ProcessingService>();
        return builder.Build();
    }
}
