namespace Ccr.Cli.Commands;

internal static class WaitForStop
{
    /// <summary>Waits until the user (Ctrl+C) or the system (SIGTERM) stops the command; that is no failure.</summary>
    public static async Task WaitForStopAsync(this CommandLine line, CancellationToken stop)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, line.Time, stop);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
