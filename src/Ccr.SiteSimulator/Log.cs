using Microsoft.Extensions.Logging;

namespace Ccr.SiteSimulator;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Simulated management point listens on {Address}")]
    public static partial void Listening(ILogger logger, Uri address);

    [LoggerMessage(4001, LogLevel.Error, "The CCR file of a submission could not be written; it is answered with 500")]
    public static partial void CcrNotWritten(ILogger logger, Exception exception);
}
