namespace Ccr.Hosting.ServiceBus;

/// <summary>What is logged about the connection to Service Bus: event ids 2000 to 2049.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Connected to {Address}")]
    public static partial void Connected(ILogger logger, string address);

    [LoggerMessage(2001, LogLevel.Warning, "{Fault} It is tried again.")]
    public static partial void TransientFault(ILogger logger, string fault);

    [LoggerMessage(2002, LogLevel.Error, "{Fault} Until somebody mends it, it is tried again slowly.")]
    public static partial void PermanentFault(ILogger logger, string fault);

    [LoggerMessage(2003, LogLevel.Information, "Receiving from {Entity}, up to {Concurrency} messages at a time")]
    public static partial void Receiving(ILogger logger, string entity, int concurrency);

    [LoggerMessage(2005, LogLevel.Error, "A handler failed on a message from {Entity}; the message is given back")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string entity);

    [LoggerMessage(2008, LogLevel.Warning, "The lock on a message from {Entity} could not be renewed: {Fault}")]
    public static partial void LockNotRenewed(ILogger logger, string entity, string fault);

    [LoggerMessage(2010, LogLevel.Information, "{Entity} can be used again")]
    public static partial void Recovered(ILogger logger, string entity);

    [LoggerMessage(2011, LogLevel.Information, "Message {SequenceNumber} of {Entity} was handled, and its completion was not confirmed")]
    public static partial void CompletedPerhaps(ILogger logger, string entity, long sequenceNumber);

    [LoggerMessage(2012, LogLevel.Information, "Closed a part of the connection to {Address} without an answer of the broker: {Fault}")]
    public static partial void ClosedWithoutTheBroker(ILogger logger, string address, string fault);

    [LoggerMessage(2013, LogLevel.Error,
        "The client of Service Bus has locked itself up while it used {Entity}. Its connection is left behind, and another one is opened.")]
    public static partial void ClientReplaced(ILogger logger, string entity);
}
