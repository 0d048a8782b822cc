namespace Ccr.EmbeddedServiceBus.Tests;

/// <summary>Waits for what happens on another thread or in another process.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until a condition is true; the test's own time-out ends a wait in vain.</summary>
    public static async Task IsTrueAsync(Func<bool> condition, CancellationToken ct)
    {
        while (!condition())
            await Task.Delay(Interval, TimeProvider.System, ct);
    }
}
