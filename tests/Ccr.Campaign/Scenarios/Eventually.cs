namespace Ccr.Campaign.Scenarios;

internal static class Eventually
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until something is so; false when patience is lost.</summary>
    public static async Task<bool> IsTrueAsync(Func<bool> condition, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > patience) return false;
            await Task.Delay(Beat, TimeProvider.System, cancellationToken);
        }

        return true;
    }

    public static Task PassAsync(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, TimeProvider.System, cancellationToken);
}
