namespace Ccr.Performance.Benchmarks.Messaging;

internal static class Workers
{
    /// <summary>Does a piece of work so many times, so many at once.</summary>
    public static Task RunAsync(int times, int concurrency, Func<Task> work)
    {
        var left = times;
        return Task.WhenAll(Enumerable.Range(0, concurrency).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0) await work();
        })));
    }
}
