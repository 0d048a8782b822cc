using Microsoft.Extensions.Logging;

namespace Ccr.Core;

/// <summary>What this component logs. Event ids are never used again for another meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Outcome} {Reason}: {Machine} at site {Site}, request {RequestId}")]
    public static partial void Decided(ILogger logger, Results.Outcome outcome, string reason, string? machine, string? site, string requestId);

    [LoggerMessage(1040, LogLevel.Error, "A message could not be brought to its end and is given back")]
    public static partial void GivenBack(ILogger logger, Exception? fault);

    [LoggerMessage(1041, LogLevel.Warning, "A message could not be given back; it is delivered again when its lock runs out, unless it was settled")]
    public static partial void NotGivenBack(ILogger logger, Exception fault);

    [LoggerMessage(1042, LogLevel.Warning, "Dead letter {SequenceNumber} ({Reason}) got the result {Outcome}, request {RequestId}")]
    public static partial void DeadLetterAnswered(ILogger logger, long sequenceNumber, string? reason, Results.Outcome outcome, string requestId);
}
