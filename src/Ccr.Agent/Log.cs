namespace Ccr.Agent;

/// <summary>What the agent logs. Event ids are never used again for another meaning.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "Agent {Name} {Version} takes the commands of site {Site} from {Way}; journal in {Folder}")]
    public static partial void Started(ILogger logger, string name, string version, string site, string way, string folder);

    [LoggerMessage(6001, LogLevel.Information, "The agent stops: it takes no more commands and ends what it has begun")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(6002, LogLevel.Information, "Status page: http://127.0.0.1:{Port}/status")]
    public static partial void StatusPage(ILogger logger, int port);

    [LoggerMessage(6003, LogLevel.Error, "The status page could not answer")]
    public static partial void StatusFailed(ILogger logger, Exception fault);

    [LoggerMessage(6010, LogLevel.Information, "{Outcome} {Reason}: {Machine}, request {RequestId}. {Detail}")]
    public static partial void Ended(ILogger logger, Core.Results.Outcome outcome, string reason, string? machine, string requestId, string detail);

    [LoggerMessage(6011, LogLevel.Warning, "A command was refused: {Reason} {Meaning}: {Detail}")]
    public static partial void Refused(ILogger logger, string reason, string meaning, string detail);

    [LoggerMessage(6012, LogLevel.Warning, "{Machine} was not sent to a management point, and is tried again until {Expires:u}, request {RequestId}. {Detail}")]
    public static partial void NotSent(ILogger logger, string machine, DateTimeOffset expires, string requestId, string detail);

    [LoggerMessage(6013, LogLevel.Warning, "It is not known whether the command was taken off the queue, request {RequestId}. {Fault}")]
    public static partial void TakingUnconfirmed(ILogger logger, string requestId, string fault);

    [LoggerMessage(6014, LogLevel.Warning, "The command may have gone to another agent of the site, and is left to it, request {RequestId}")]
    public static partial void LeftToOthers(ILogger logger, string requestId);

    [LoggerMessage(6015, LogLevel.Error, "A command could not be brought to its end, and is looked at again when the agent starts")]
    public static partial void Broken(ILogger logger, Exception fault);

    [LoggerMessage(6016, LogLevel.Warning, "{Machine} was not sent, and the processor is told so, request {RequestId}. {Reason}: {Detail}")]
    public static partial void NotSentForRelay(ILogger logger, string machine, string requestId, string reason, string detail);

    [LoggerMessage(6020, LogLevel.Information, "{Count} commands of the process before are brought to their end")]
    public static partial void Recovering(ILogger logger, int count);

    [LoggerMessage(6030, LogLevel.Warning, "No commands can be received for now. {Fault}")]
    public static partial void NotReceiving(ILogger logger, string fault);

    [LoggerMessage(6031, LogLevel.Information, "Commands are received again")]
    public static partial void ReceivingAgain(ILogger logger);

    [LoggerMessage(6032, LogLevel.Warning, "A result could not be published, and is tried again, request {RequestId}. {Fault}")]
    public static partial void NotPublished(ILogger logger, string requestId, string fault);

    [LoggerMessage(6040, LogLevel.Error, "The journal cannot be used, so nothing is received. {Fault}")]
    public static partial void JournalFailed(ILogger logger, string fault);

    [LoggerMessage(6041, LogLevel.Information, "The journal can be used again")]
    public static partial void JournalRecovered(ILogger logger);

    [LoggerMessage(6050, LogLevel.Warning, "Site {Site} could not be looked at. {Reason}: {Detail}")]
    public static partial void NotLooked(ILogger logger, string site, string reason, string detail);

    [LoggerMessage(6051, LogLevel.Warning, "{Machine} is pushed without a look at it before, request {RequestId}. {Reason}: {Detail}")]
    public static partial void NotLookedBefore(ILogger logger, string machine, string requestId, string reason, string detail);

    [LoggerMessage(6052, LogLevel.Warning, "What was seen could not be published, and is tried again until the look expires, look {Nonce}. {Fault}")]
    public static partial void LookNotPublished(ILogger logger, string nonce, string fault);

    [LoggerMessage(6053, LogLevel.Warning, "A look could not be taken off the queue, and comes again. {Fault}")]
    public static partial void LookNotEnded(ILogger logger, string fault);

    [LoggerMessage(6054, LogLevel.Debug, "A heartbeat was not sent; the next one follows. {Fault}")]
    public static partial void HeartbeatNotSent(ILogger logger, string fault);
}
