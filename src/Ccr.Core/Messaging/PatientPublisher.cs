using Ccr.Core.Results;
using Ccr.Core.Telemetry;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>
/// Publishes through another publisher, again and again while that fails. The message that waits for it is kept meanwhile: given back at once it
/// would be here again at once, and after ten deliveries be given up by the broker.
/// </summary>
public sealed class PatientPublisher(IResultPublisher inner, TimeProvider time, ILogger<PatientPublisher> logger) : IResultPublisher
{
    /// <summary>
    /// Shorter than a lock is renewed, and so long that ten deliveries last for half an hour. A time, and not a number of attempts as where
    /// management points are tried again: one attempt at a broker that is away takes long by itself.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private int _fails;

    /// <inheritdoc/>
    /// <remarks>After three minutes of failing it throws what the last attempt threw.</remarks>
    public async Task PublishAsync(ResultMessage message, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        for (var wait = FirstWait; !await TryPublishAsync(message, isLast: time.GetElapsedTime(since) >= Patience, cancellationToken); wait *= 2)
            await Task.Delay(wait < LongestWait ? wait : LongestWait, time, cancellationToken);
    }

    private async Task<bool> TryPublishAsync(ResultMessage message, bool isLast, CancellationToken cancellationToken)
    {
        try
        {
            await inner.PublishAsync(message, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !isLast)
        {
            // Every result meets the same fault: it is said once.
            if (Interlocked.Exchange(ref _fails, 1) == 0) Log.ResultsNotPublished(logger, fault.Message);
            return false;
        }

        if (Interlocked.Exchange(ref _fails, 0) == 1) Log.ResultsPublishedAgain(logger);
        return true;
    }
}
