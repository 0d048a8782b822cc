using Ccr.Core.Results;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Telemetry;

/// <summary>What this component logs. Event ids are never used again for another meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Information, "{Outcome} {Reason}: {Machine} at site {Site}, request {RequestId}")]
    public static partial void Decided(ILogger logger, Outcome outcome, string reason, string? machine, string? site, string requestId);

    [LoggerMessage(1001, LogLevel.Warning, "The inventory stays as it was: {Fault}")]
    public static partial void InventoryKept(ILogger logger, string fault);

    [LoggerMessage(1002, LogLevel.Error, "{Fault}")]
    public static partial void LedgerFailed(ILogger logger, string fault);

    [LoggerMessage(1003, LogLevel.Information, "The ledger can be used again")]
    public static partial void LedgerRecovered(ILogger logger);

    [LoggerMessage(1004, LogLevel.Warning, "{Reason}: {Detail}")]
    public static partial void SwitchTurned(ILogger logger, string reason, string detail);

    [LoggerMessage(1005, LogLevel.Information, "{Rows} rows of the ledger, older than {Before:u}, were deleted")]
    public static partial void Pruned(ILogger logger, int rows, DateTimeOffset before);

    [LoggerMessage(1006, LogLevel.Error, "Results cannot be published, and wait: {Fault}")]
    public static partial void ResultsNotPublished(ILogger logger, string fault);

    [LoggerMessage(1007, LogLevel.Information, "Results can be published again")]
    public static partial void ResultsPublishedAgain(ILogger logger);

    [LoggerMessage(1008, LogLevel.Error, "{Reason}: {Meaning}: {Detail}. {Remedy}")]
    public static partial void LedgerAlarm(ILogger logger, string reason, string meaning, string detail, string remedy);

    [LoggerMessage(1009, LogLevel.Information, "{Outcome} {Reason} for {Machine} of site {Site}, request {RequestId}")]
    public static partial void Verified(ILogger logger, VerificationOutcome outcome, string reason, string machine, string site, string requestId);

    [LoggerMessage(1010, LogLevel.Warning, "{Machine} of site {Site} is pushed without a look before, so that less can be said afterwards. {Reason}: {Detail}")]
    public static partial void NotLookedBefore(ILogger logger, string machine, string site, string reason, string detail);

    [LoggerMessage(1011, LogLevel.Warning, "{Machine} of site {Site} could not be looked at, and is again later. {Reason}: {Detail}")]
    public static partial void NotLooked(ILogger logger, string machine, string site, string reason, string detail);

    [LoggerMessage(1012, LogLevel.Warning, "The agent {Agent} of site {Site} could not look at it: {Fault}")]
    public static partial void AgentNotLooked(ILogger logger, string agent, string site, string fault);

    [LoggerMessage(1013, LogLevel.Warning, "A heartbeat of the agent {Agent} of site {Site} is not counted: it is of {Time:u}, two minutes off or more")]
    public static partial void HeartbeatDropped(ILogger logger, string agent, string site, DateTimeOffset time);

    [LoggerMessage(1043, LogLevel.Warning, "The message '{MessageId}' is not believed and is dead-lettered. {Reason}: {Meaning}")]
    public static partial void MessageRefused(ILogger logger, string messageId, string reason, string meaning);

    [LoggerMessage(1040, LogLevel.Error, "A message could not be brought to its end and is given back")]
    public static partial void GivenBack(ILogger logger, Exception? fault);

    [LoggerMessage(1041, LogLevel.Warning, "A message could not be given back; it is delivered again when its lock runs out, unless it was settled")]
    public static partial void NotGivenBack(ILogger logger, Exception fault);

    [LoggerMessage(1042, LogLevel.Warning, "Dead letter {SequenceNumber} ({Reason}) got the result {Outcome}, request {RequestId}")]
    public static partial void DeadLetterAnswered(ILogger logger, long sequenceNumber, string? reason, Outcome outcome, string requestId);
}
