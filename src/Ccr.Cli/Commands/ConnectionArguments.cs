using System.CommandLine;
using Ccr.ServiceBus;

namespace Ccr.Cli.Commands;

/// <summary>How a command is told which Service Bus to talk to.</summary>
internal sealed class ConnectionArguments
{
    public Option<string> Connection { get; } = new("--connection")
    {
        Description = "A Service Bus connection string, or the host name of a namespace (then Entra ID says who you are)",
        HelpName = "CS",
        Required = true,
    };

    public Option<TimeSpan> Timeout { get; } = new("--timeout")
    {
        Description = "How long one operation may take, waiting for a connection included",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(1),
    };

    public ServiceBusConnection Connect(ParseResult arguments, TimeProvider time)
    {
        var options = new ServiceBusConnectionOptions { Connection = arguments.GetValue(Connection)!, OperationTimeout = arguments.GetValue(Timeout) };
        if (options.Validate() is { Count: > 0 } faults)
            throw new UserErrorException(string.Join(Environment.NewLine, faults));
        return new ServiceBusConnection(options, time: time);
    }
}
