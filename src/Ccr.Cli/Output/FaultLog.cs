using Microsoft.Extensions.Logging;

namespace Ccr.Cli.Output;

/// <summary>
/// What embedded parts warn of and fail at, one line each on standard error. What goes as it should stays unsaid, and
/// a line has no stack trace and no control characters: a client chooses some of the names in it.
/// </summary>
/// <param name="line">Where it is said.</param>
/// <param name="part">Who says it, for example "the embedded Service Bus".</param>
internal sealed class FaultLog(CommandLine line, string part) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("It only writes to standard error.");

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel is >= LogLevel.Warning and not LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel)) return;
        var reason = exception is null ? "" : $" {exception.GetType().Name}: {exception.Message}";
        line.Complain($"{part}: {formatter(state, exception)}{reason}".ReplaceLineEndings(" "));
    }

    public void Dispose()
    {
    }
}
