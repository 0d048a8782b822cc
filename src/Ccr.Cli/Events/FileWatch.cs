namespace Ccr.Cli.Events;

/// <summary>
/// Does something whenever one of some files has changed. It looks at their times, as editors replace a file in more ways than any notification tells.
/// </summary>
internal sealed class FileWatch(IReadOnlyList<string> paths, TimeProvider time, TimeSpan interval)
{
    /// <summary>Does it once, and again after every change, until it is stopped.</summary>
    public async Task RunAsync(Func<Task> action, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval, time);
        var seen = "";
        try
        {
            do
            {
                var now = string.Join('|', paths.Select(StateOf));
                if (now == seen) continue;
                seen = now;
                await action();
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private static string StateOf(string path)
    {
        var files = Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : Enumerable.Repeat(path, 1);
        return string.Join('|', files.Select(file => $"{file} {File.GetLastWriteTimeUtc(file).Ticks}"));
    }
}
