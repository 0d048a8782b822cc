using Microsoft.Extensions.Logging;

namespace Ccr.SiteSimulator;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "A simulated server listens on {Address}")]
    public static partial void Listening(ILogger logger, Uri address);

    [LoggerMessage(4001, LogLevel.Error, "The CCR file of a submission could not be written; it is answered with 500")]
    public static partial void CcrNotWritten(ILogger logger, Exception exception);

    [LoggerMessage(4002, LogLevel.Warning, "The simulated site could not use a file; it goes on with its next look")]
    public static partial void SiteHeldUp(ILogger logger, Exception exception);
}
