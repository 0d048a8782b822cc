using System.CommandLine;
using Ccr.Cli;
using Ccr.EndToEnd.Tests.Support;
using Ccr.Hosting.Sqlite;

namespace Ccr.EndToEnd.Tests;

/// <summary>
/// Ctrl+C ends every command at any moment with the exit code 130, and without a stack trace. Commands that ended by an exception once aborted with 134,
/// when the signal's handler saw that exception first.
/// </summary>
public sealed class InterruptTests : IDisposable
{
    private const int Never = -1;

    /// <summary>In milliseconds after the start: in the start of the runtime, of the command, and in its work.</summary>
    private static readonly int[] Moments = [20, 60, 100, 150, 200, 260, 350, 500, 750, 1000];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Each command with arguments that let it work, and the exit code with which it ends by itself.</summary>
    public static TheoryData<string, int> Commands => new()
    {
        { "local", Never },
        { "local --agent", Never },
        { "local --relay --events tests/events", Never },
        { "init", Never },
        { "explain tests/events --watch", Never },
        { "explain -", Never },
        { "submit --mp http://127.0.0.1:1 --machine PC01 --domain CORP", ExitCode.Failed },
        { "send tests/events --connection NOBODY", Never },
        { "send tests/events --connection BROKER", ExitCode.Done },
        { "watch --connection BROKER", Never },
        { "process --connection BROKER --config CONFIG --data LEDGER", Never },
        { "agent --config AGENT", Never },
        { "check --connection BROKER --config CONFIG --data LEDGER", ExitCode.Failed },
        { "console --no-browser --data LEDGER", Never },
        { "broker --port 0", Never },
        { "simulate-mp", Never },
        { "simulate-site", Never },
        { "history PC01 --domain CORP --data LEDGER", ExitCode.Done },
        { "dead-letters list --connection BROKER", ExitCode.Done },
        { "dead-letters show 1 --connection BROKER", ExitCode.Failed },
        { "dead-letters redrive --all --connection NOBODY", Never },
        { "dead-letters discard --all --export EXPORT --connection NOBODY", Never },
        { "status --data LEDGER", ExitCode.Done },
        { "actions --data LEDGER", ExitCode.Done },
        { "ledger restored --config CONFIG --data LEDGER", ExitCode.Done },
        { "pause on --data LEDGER", ExitCode.Done },
        { "pause off --data LEDGER", ExitCode.Done },
        { "brake release hq --config CONFIG --data LEDGER", ExitCode.Done },
        { "release PC01 --domain CORP --data LEDGER", ExitCode.Done },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task AnyCommand_InterruptedAtAnyMoment_EndsWith130AndNoTrace(string command, int ordinary)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This sends a signal to a process group, with the commands of Linux.");
        await using var broker = CcrCommand.Start("broker", "--port", "0", "--json");
        var connection = (await broker.NextAsync("listening")).GetProperty("connection").GetString()!;
        using (SqliteLedgerStore.Open(_folder.PathOf("ledger.db")))
        {
        }

        var arguments = command.Split(' ').Select(argument => argument switch
        {
            "BROKER" => connection,
            "NOBODY" => "Endpoint=sb://127.0.0.1:1;SharedAccessKeyName=k;SharedAccessKey=v;UseDevelopmentEmulator=true",
            "CONFIG" => _folder.Write("ccr.json", """
                { "Ccr": { "DefaultDomain": "CORP", "Sites": { "hq": { "ManagementPoints": [ { "Address": "http://127.0.0.1:1" } ] } } } }
                """),
            "AGENT" => _folder.Write("agent.json", $$"""
                { "ServiceBus": "{{connection}}", "Agent": { "DataDirectory": "{{_folder.PathOf($"journal-{Guid.NewGuid():N}")}}", "StatusPort": 0 },
                  "Ccr": { "DefaultDomain": "CORP", "Sites": { "hq": {
                    "AllowUnsigned": true, "ManagementPoints": [ { "Address": "http://127.0.0.1:1" } ] } } } }
                """),
            "LEDGER" => _folder.Path,
            "EXPORT" => _folder.PathOf("letters.ndjson"),
            _ => argument,
        }).ToArray();

        // A journal is one agent's alone.
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = arguments[0] == "agent" ? 1 : 2,
            CancellationToken = TestContext.Current.CancellationToken,
        };
        await Parallel.ForEachAsync(Moments, parallel, async (moment, _) =>
        {
            using var process = CcrProcess.Start(arguments);
            var isOver = await process.EndsWithinAsync(TimeSpan.FromMilliseconds(moment));
            if (!isOver) process.Interrupt();
            var end = await process.EndAsync();

            // One that ends by itself may do so just before the signal.
            Assert.True(end.ExitCode == ordinary || (!isOver && end.ExitCode == ExitCode.Interrupted), $"{moment} ms: {end.ExitCode} {end.Error}");
            Assert.DoesNotMatch(@"(?m)Unhandled|^\s+at ", end.Error);
            if (arguments[0] is not ("process" or "init")) Assert.True(end.Error.Count(c => c == '\n') <= 1, end.Error);
        });
    }

    [Fact]
    public void Commands_NameEveryCommand()
    {
        using var line = new CommandLine(TextWriter.Null, TextWriter.Null, Stream.Null, TimeProvider.System);

        var missing = LeavesOf(line.Build(), "").Where(leaf => !Commands.Any(row => $"{row.Data.Item1} ".StartsWith($"{leaf} ", StringComparison.Ordinal)));

        Assert.Equal([], missing);
    }

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<string> LeavesOf(Command command, string path) => command.Subcommands.Count == 0
        ? [path.TrimStart()]
        : command.Subcommands.SelectMany(below => LeavesOf(below, $"{path} {below.Name}"));
}
