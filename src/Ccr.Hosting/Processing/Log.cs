namespace Ccr.Hosting.Processing;

/// <summary>What the processing logs: event ids 2100 to 2199.</summary>
internal static partial class Log
{
    [LoggerMessage(2100, LogLevel.Warning, "Dead letters could not be looked at, and are looked at again: {Fault}")]
    public static partial void DeadLettersNotReported(ILogger logger, string fault);

    [LoggerMessage(2101, LogLevel.Warning, "What nobody watched stays on its subscription, and is dropped later: {Fault}")]
    public static partial void WatchNotExpired(ILogger logger, string fault);

    [LoggerMessage(2102, LogLevel.Warning, "Results could not be looked at for signs of another ledger, and are looked at again: {Fault}")]
    public static partial void ResultsNotLookedAt(ILogger logger, string fault);
}
