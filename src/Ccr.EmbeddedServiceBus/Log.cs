using System.Net.Sockets;

namespace Ccr.EmbeddedServiceBus;

/// <summary>What the embedded broker logs; ids 3000 to 3999.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "The embedded Service Bus listens on {Address}:{Port} with {Entities} entities.")]
    public static partial void Started(this ILogger log, string address, int port, int entities);

    [LoggerMessage(3001, LogLevel.Debug, "A client could not be accepted: {Error}.")]
    public static partial void AcceptFailed(this ILogger log, SocketError error);

    [LoggerMessage(3002, LogLevel.Warning, "A client was turned away: there are already {Limit} connections.")]
    public static partial void ConnectionRefused(this ILogger log, int limit);

    [LoggerMessage(3003, LogLevel.Debug, "A client did not introduce itself: {Reason}")]
    public static partial void HandshakeFailed(this ILogger log, string reason);

    [LoggerMessage(3004, LogLevel.Information, "Link {Link} was refused: {Condition}, {Reason}")]
    public static partial void LinkRefused(this ILogger log, string link, string condition, string? reason);

    [LoggerMessage(3005, LogLevel.Error, "Link {Link} could not be set up.")]
    public static partial void LinkFailed(this ILogger log, Exception exception, string link);

    [LoggerMessage(3006, LogLevel.Debug, "A link or connection ended in the meantime: {Reason}")]
    public static partial void LinkGone(this ILogger log, string reason);

    [LoggerMessage(3007, LogLevel.Error, "Handling a client's frame failed.")]
    public static partial void CallbackFailed(this ILogger log, Exception exception);

    [LoggerMessage(3008, LogLevel.Information, "A message to {Entity} was refused: {Condition}.")]
    public static partial void MessageRefused(this ILogger log, string entity, string condition);

    [LoggerMessage(3009, LogLevel.Warning, "An answer on link {Link} was dropped: the client does not take its answers.")]
    public static partial void ReplyDropped(this ILogger log, string link);

    [LoggerMessage(3010, LogLevel.Error, "Storing failed and is tried again; nothing is confirmed until then: {Reason}")]
    public static partial void StoringFailed(this ILogger log, string reason);

    [LoggerMessage(3011, LogLevel.Information, "{Messages} messages were read from {Directory}.")]
    public static partial void Restored(this ILogger log, int messages, string directory);

    [LoggerMessage(3012, LogLevel.Warning, "{Messages} stored messages are of {Entity}, which is not configured; they are kept.")]
    public static partial void Orphaned(this ILogger log, int messages, string entity);
}
