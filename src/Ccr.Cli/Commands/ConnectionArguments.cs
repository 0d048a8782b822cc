using System.CommandLine;
using Ccr.ServiceBus;

namespace Ccr.Cli.Commands;

/// <summary>How a command is told which Service Bus to talk to.</summary>
internal sealed class ConnectionArguments
{
    /// <summary>Takes the place of <c>--connection</c>: others on the machine can read a command line, and a key in it.</summary>
    private const string Variable = "CCR_CONNECTION";

    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = $"A Service Bus connection string, or the host name of a namespace (then Entra ID says who you are); by default what the environment variable {Variable} says, so that no key stands in the process list",
        HelpName = "CS",
    };

    public Option<TimeSpan> Timeout { get; } = new("--timeout")
    {
        Description = "How long one operation may take, waiting for a connection included",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromMinutes(1),
    };

    /// <summary>What the option says, else the environment; null if neither says anything.</summary>
    public static string? Find(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connection ? connection : null);

    /// <summary>The connection to use. Throws if neither the option nor the environment names one.</summary>
    public string Require(ParseResult arguments) =>
        Find(arguments, Connection) ?? throw new UserErrorException(CliReasons.BadArgument, $"--connection is missing, and so is the environment variable {Variable}");

    public ServiceBusConnection Connect(ParseResult arguments, TimeProvider time)
    {
        var options = new ServiceBusConnectionOptions { Connection = Require(arguments), OperationTimeout = arguments.GetValue(Timeout) };
        if (options.Validate() is { Count: > 0 } faults)
            throw new UserErrorException(string.Join(Environment.NewLine, faults));
        return new ServiceBusConnection(options, time: time);
    }
}
