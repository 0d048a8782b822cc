using Ccr.Cli.Local;
using Ccr.EmbeddedServiceBus;

namespace Ccr.Cli.Commands;

/// <summary><c>ccr broker</c>: the embedded Service Bus alone.</summary>
internal static class BrokerCommand
{
    private const int AmqpPort = 5672;

    private static readonly Option<int> Port = PortArgument.Create("--port", "to listen on", AmqpPort);
    private static readonly Option<string?> Config = new("--config")
    {
        Description = "The entities, in the format of the official emulator's Config.json",
        HelpName = "FILE",
    };
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Keep messages in this folder, so that they survive a restart",
        HelpName = "DIR",
    };

    public static Command Create(CommandLine line)
    {
        var command = new Command("broker", "Runs the embedded Service Bus until it is stopped.") { Port, Config, Data };
        command.SetAction((arguments, stop) => RunAsync(line, arguments, stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandLine line, ParseResult arguments, CancellationToken stop)
    {
        var options = new EmbeddedBrokerOptions
        {
            Port = arguments.GetValue(Port),
            Config = Parts.LoadEntities(arguments.GetValue(Config)),
            DataDirectory = arguments.GetValue(Data),
            TimeProvider = line.Time,
        };
        await using var broker = await Parts.StartBrokerAsync(options, line, stop);
        line.ReportFor(arguments).Say(
            $"The embedded Service Bus listens (Ctrl+C stops it): {broker.ConnectionString}",
            "listening",
            new Dictionary<string, object?> { ["connection"] = broker.ConnectionString, ["port"] = broker.Port });
        await line.WaitForStopAsync(stop);
        return ExitCode.Done;
    }
}
