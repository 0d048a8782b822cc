namespace Ccr.Console;

/// <summary>How the console is served. It listens on loopback only; there is no option for another address.</summary>
public sealed record ConsoleOptions
{
    /// <summary>The port, or 0 for a free one. A fixed one is for a tunnel, which needs the same number at both ends.</summary>
    public int Port { get; init; }

    /// <summary>What may be done, as far as the sources let anything be done at all.</summary>
    public ConsoleRights Allow { get; init; } = ConsoleRights.All;

    /// <summary>Where discarded dead letters are kept, a file for each time; a folder of this user by default.</summary>
    public string DiscardedFolder { get; init; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "ccr", "discarded");

    /// <summary>How long the state of a tab is kept whose connection was lost; after that the tab loads its page again.</summary>
    public TimeSpan KeepLostTabsFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the ledger is read. Whatever it is, the next reading waits for the answer to the last.</summary>
    public TimeSpan LedgerEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often published results are peeked.</summary>
    public TimeSpan ResultsEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often dead letters are looked at.</summary>
    public TimeSpan DeadLettersEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to rest after all machines were counted, at least; a long count rests ten times as long as it took.</summary>
    public TimeSpan CountEvery { get; init; } = TimeSpan.FromSeconds(10);
}
