namespace Ccr.Console;

/// <summary>How the console is served. It listens on loopback only; there is no option for another address.</summary>
public sealed record ConsoleOptions
{
    /// <summary>The port, or 0 for a free one. A fixed one is for a tunnel, which needs the same number at both ends.</summary>
    public int Port { get; init; }

    /// <summary>How often the ledger is read. Whatever it is, the next reading waits for the answer to the last.</summary>
    public TimeSpan LedgerEvery { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often published results are peeked.</summary>
    public TimeSpan ResultsEvery { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often dead letters are looked at.</summary>
    public TimeSpan DeadLettersEvery { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long to rest after all machines were counted, at least; a long count rests ten times as long as it took.</summary>
    public TimeSpan CountEvery { get; init; } = TimeSpan.FromSeconds(10);
}
