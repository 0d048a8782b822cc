namespace Ccr.Cli.Commands;

/// <summary>How a command is told which Service Bus to talk to.</summary>
internal sealed class ConnectionArguments
{
    /// <summary>Takes the place of <c>--connection</c>: others on the machine can read a command line, and a key in it.</summary>
    private const string Variable = "CCR_CONNECTION";

    private static readonly TimeSpan UsualTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    public Option<string?> Connection { get; } = new("--connection")
    {
        Description = "A Service Bus connection string, or the host name of a namespace (then Entra ID says who you are); "
            + $"by default what the environment variable {Variable} says, so that no key stands in the process list",
        HelpName = "CONNECTION",
    };

    public Option<TimeSpan?> Timeout { get; } = new("--timeout")
    {
        Description = "How long to wait for a Service Bus that cannot be reached, for example 10s; by default 1m",
        HelpName = "DURATION",
    };

    /// <summary>What the option says, else the environment; null if neither says anything.</summary>
    public static string? Find(ParseResult arguments, Option<string?> option) =>
        arguments.GetValue(option) ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } connection ? connection : null);

    /// <summary>The settings of a connection, which take the place of those that are configured.</summary>
    public static KeyValuePair<string, string?>[] SettingsOf(string? connection) => connection is null ? [] :
    [
        new(ServiceBusOptions.Section, connection),
        new($"{ServiceBusOptions.Section}:{nameof(ServiceBusOptions.FullyQualifiedNamespace)}", null),
        new($"{ServiceBusOptions.Section}:{nameof(ServiceBusOptions.ConnectionString)}", null),
    ];

    /// <summary>The connection to use. Throws if neither the option nor the environment names one.</summary>
    public string Require(ParseResult arguments) =>
        Find(arguments, Connection) ?? throw new UserErrorException(
            CliReasons.BadArgument, $"--connection is missing, and so is the environment variable {Variable}");

    /// <summary>
    /// Connects, and makes sure by <paramref name="probe"/> that what the command needs is there. What is wrong is said within five seconds; what may
    /// pass is waited for as long as the user said.
    /// </summary>
    public async Task<ServiceBusConnection> ConnectAsync(
        CommandLine line, ParseResult arguments, Func<ServiceBusConnection, CancellationToken, Task> probe, CancellationToken stop)
    {
        var options = ServiceBusOptions.For(Require(arguments));
        if (options.FindFaults("--connection").ToList() is { Count: > 0 } faults) throw new UserErrorException(string.Join(Environment.NewLine, faults));

        var connection = new ServiceBusConnection(options, time: line.Time);
        try
        {
            await WaitAsync(line, arguments.GetValue(Timeout) ?? UsualTimeout, () => probe(connection, stop), stop);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private static async Task WaitAsync(CommandLine line, TimeSpan patience, Func<Task> probe, CancellationToken stop)
    {
        var since = line.Time.GetTimestamp();
        for (var isSaid = false; ; isSaid = true)
        {
            try
            {
                await probe();
                return;
            }
            catch (MessagingException fault) when (fault.IsTransient && line.Time.GetElapsedTime(since) + BetweenTries < patience)
            {
                if (!isSaid) line.Complain($"{fault.Message} Waiting for it, up to {patience}.");
                await Task.Delay(BetweenTries, line.Time, stop);
            }
        }
    }
}
