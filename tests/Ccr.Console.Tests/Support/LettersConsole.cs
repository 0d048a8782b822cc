using Ccr.Hosting.DeadLetters;

namespace Ccr.Console.Tests.Support;

/// <summary>A console over an embedded broker with dead letters in it.</summary>
internal sealed class LettersConsole(DeadLetters letters, ConsoleServer server, InMemoryLedgerStore ledger, string discarded) : IAsyncDisposable
{
    public ConsoleServer Server => server;

    public InMemoryLedgerStore Ledger => ledger;

    public DeadLetters Letters => letters;

    /// <summary>Where discarded letters are kept.</summary>
    public string Discarded => discarded;

    public static async Task<LettersConsole> StartAsync(ConsoleRights allow = ConsoleRights.All)
    {
        var letters = await DeadLetters.StartAsync();
        var ledger = new InMemoryLedgerStore();
        var people = new LedgerOperator(ledger, TimeProvider.System, Some.Who);
        var sources = new ConsoleSources(ledger, ledger, Some.Who)
        {
            Operator = people,
            Connection = letters.Connection,
            Desk = new DeadLetterDesk(letters.Connection, TimeProvider.System, ledger, people),
        };
        var discarded = Path.Combine(Directory.CreateTempSubdirectory("ccr-console-").FullName, "discarded");
        var options = new ConsoleOptions
        {
            Allow = allow,
            DiscardedFolder = discarded,
            DeadLettersEvery = TimeSpan.FromMilliseconds(300),
            LedgerEvery = TimeSpan.FromMilliseconds(300),
        };
        return new LettersConsole(
            letters, await ConsoleServer.StartAsync(options, sources, TimeProvider.System, TestContext.Current.CancellationToken), ledger, discarded);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await letters.DisposeAsync();
    }
}
