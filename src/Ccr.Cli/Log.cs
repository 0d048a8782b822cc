using Microsoft.Extensions.Logging;

namespace Ccr.Cli;

/// <summary>What the command's hosts log. Event ids are never used again for another meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "The dead letters could not be looked at; that is tried again in a minute")]
    public static partial void DeadLettersNotReported(ILogger logger, Exception fault);
}
