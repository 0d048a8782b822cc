namespace Ccr.Hosting.ServiceBus;

/// <summary>Lets what was begun come to its end when a host stops.</summary>
public static class Draining
{
    /// <summary>
    /// Less than the thirty seconds that a stop may take, and enough for most answers: a request that was sent and is not waited for ends as
    /// <c>Indeterminate</c>.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs a handler. One that has begun is told of the stop only when this patience is over; one that has not is told at once.</summary>
    public static async Task RunAsync(Func<CancellationToken, Task> handle, TimeProvider time, CancellationToken stop)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stopping = stop.Register(() => late.CancelAfter(Patience));
        await handle(stop.IsCancellationRequested ? stop : late.Token);
    }
}
