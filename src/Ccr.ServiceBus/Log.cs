using Microsoft.Extensions.Logging;

namespace Ccr.ServiceBus;

/// <summary>Everything that the client logs: event ids 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Connected to {Address}")]
    public static partial void Connected(ILogger logger, string address);

    [LoggerMessage(2001, LogLevel.Warning, "{Fault}")]
    public static partial void TransientFault(ILogger logger, string fault);

    [LoggerMessage(2002, LogLevel.Error, "{Fault} Trying again every {Delay}")]
    public static partial void PermanentFault(ILogger logger, string fault, TimeSpan delay);

    [LoggerMessage(2003, LogLevel.Information, "Receiving from {Entity}, up to {MaxConcurrentCalls} messages at a time")]
    public static partial void Receiving(ILogger logger, string entity, int maxConcurrentCalls);

    [LoggerMessage(2004, LogLevel.Information, "Stopped receiving from {Entity}")]
    public static partial void Stopped(ILogger logger, string entity);

    [LoggerMessage(2005, LogLevel.Error,
        "The handler failed on message {MessageId} (sequence number {SequenceNumber}) from {Entity}; it is abandoned")]
    public static partial void HandlerFailed(
        ILogger logger, Exception exception, string entity, string? messageId, long sequenceNumber);

    [LoggerMessage(2006, LogLevel.Warning,
        "The handler returned without settling message {MessageId} (sequence number {SequenceNumber}) from {Entity}; " +
        "it is abandoned")]
    public static partial void NotSettled(ILogger logger, string entity, string? messageId, long sequenceNumber);

    [LoggerMessage(2007, LogLevel.Error, "Message {MessageId} (sequence number {SequenceNumber}): {Fault}")]
    public static partial void SettlementFailed(ILogger logger, string? messageId, long sequenceNumber, string fault);

    [LoggerMessage(2008, LogLevel.Warning, "Message {MessageId} (sequence number {SequenceNumber}): {Fault}")]
    public static partial void RenewalFailed(ILogger logger, string? messageId, long sequenceNumber, string fault);

    [LoggerMessage(2009, LogLevel.Error, "A message from {Entity} cannot be read; it is dead-lettered")]
    public static partial void Unreadable(ILogger logger, Exception exception, string entity);
}
