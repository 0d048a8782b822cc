using System.Diagnostics;
using System.Globalization;
using Ccr.EmbeddedRelay;

namespace Ccr.TestHost.Relay;

/// <summary>
/// An embedded relay in a process of its own, which tests can kill. Arguments: the port, the shared access key, whose name is "campaign", and the names of
/// the hybrid connections. CCR_ANSWER_LIMIT is the time that a listener has to answer, by default a minute, and CCR_CLOCK_OFFSET sets its clock off. It
/// prints its address as JSON when it takes connections, does what its standard input says, a line each, and ends when that does.
/// </summary>
internal static class RelayHost
{
    public const string KeyName = "campaign";

    public static async Task<int> RunAsync(string[] args)
    {
        var connections = args[2..];
        var limit = TimeSpan.Parse(Environment.GetEnvironmentVariable("CCR_ANSWER_LIMIT") ?? "00:01:00", CultureInfo.InvariantCulture);
        await using var relay = await EmbeddedRelayServer.StartAsync(new EmbeddedRelayOptions
        {
            Connections = connections,
            Port = int.Parse(args[0], CultureInfo.InvariantCulture),
            Keys = [new EmbeddedRelayKey(KeyName, args[1])],
            AnswerLimit = limit,
            TimeProvider = ShiftedClock.FromEnvironment(),
        });
        Console.WriteLine($$"""{ "listening": { "address": "{{relay.Address}}" } }""");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            foreach (var connection in connections) Obey(relay, connection, line.Split(' '));
        }

        return 0;
    }

    private static void Obey(EmbeddedRelayServer relay, string connection, string[] line)
    {
        switch (line)
        {
            case ["lose", var count, var how]:
                relay.LoseAnswers(connection, int.Parse(count, CultureInfo.InvariantCulture), Enum.Parse<LostAnswer>(how));
                break;
            case ["cut"]:
                relay.CutListeners(connection);
                relay.CutSenders(connection);
                break;
            case ["die", var milliseconds]:
                _ = DieAsync(relay, connection, TimeSpan.FromMilliseconds(int.Parse(milliseconds, CultureInfo.InvariantCulture)));
                break;
            default:
                throw new ArgumentException($"Say lose, cut or die, and not {line[0]}.", nameof(line));
        }
    }

    /// <summary>Kills this process (SIGKILL) so long after the next request was handed to a listener.</summary>
    private static async Task DieAsync(EmbeddedRelayServer relay, string connection, TimeSpan after)
    {
        var before = relay.CountRequests(connection);
        while (relay.CountRequests(connection) == before) await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        await Task.Delay(after, TimeProvider.System);
        Process.GetCurrentProcess().Kill();
    }
}
