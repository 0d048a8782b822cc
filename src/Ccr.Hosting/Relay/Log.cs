namespace Ccr.Hosting.Relay;

/// <summary>What is logged about the relay: event ids 2050 to 2099.</summary>
internal static partial class Log
{
    [LoggerMessage(2050, LogLevel.Information, "Listening on {Connection} as {Identity}")]
    public static partial void Listening(ILogger logger, string connection, string identity);

    [LoggerMessage(2051, LogLevel.Warning, "{Fault} It is tried again.")]
    public static partial void NotListening(ILogger logger, string fault);

    [LoggerMessage(2052, LogLevel.Error, "The handler failed on the relayed request {Id}; its sender is told 500")]
    public static partial void HandlerFailed(ILogger logger, Exception exception, string id);

    [LoggerMessage(2053, LogLevel.Warning, "The answer to the relayed request {Id} did not reach the relay")]
    public static partial void AnswerLost(ILogger logger, string id);

    [LoggerMessage(2054, LogLevel.Warning, "A request that waits at the relay is not fetched, or not answered: {Fault}")]
    public static partial void NotFetched(ILogger logger, string fault);

    [LoggerMessage(2055, LogLevel.Debug, "A frame of the relay could not be read, and was passed over")]
    public static partial void FrameUnreadable(ILogger logger);

    [LoggerMessage(2056, LogLevel.Information, "A WebSocket was asked for, and refused: only requests are served")]
    public static partial void SocketRefused(ILogger logger);

    [LoggerMessage(2057, LogLevel.Information, "The answer to the relayed request {Id} goes another way: {Fault}")]
    public static partial void AnswerDelayed(ILogger logger, string id, string fault);
}
