using Microsoft.Extensions.Logging;

namespace Ccr.EmbeddedRelay;

/// <summary>What is logged about the embedded relay.</summary>
internal static partial class Log
{
    [LoggerMessage(4100, LogLevel.Information, "The embedded relay listens on {Address} for {Connections}")]
    public static partial void Started(ILogger logger, Uri address, string connections);
}
