using Microsoft.Extensions.Logging;

namespace Ccr.Core;

/// <summary>What this component logs. Event ids are never used again for another meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Outcome} {Reason}: {Machine} at site {Site}, request {RequestId}")]
    public static partial void Decided(ILogger logger, Results.Outcome outcome, string reason, string? machine, string? site, string requestId);
}
