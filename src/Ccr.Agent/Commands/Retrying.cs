namespace Ccr.Agent.Commands;

/// <summary>Does again what must be done, ever more slowly.</summary>
internal sealed class Retrying(AgentOptions options, TimeProvider time)
{
    /// <summary>Runs an action until it succeeds, or fails with what is none of the faults that pass, or is stopped.</summary>
    public async Task UntilDoneAsync(Func<Task> action, Func<Exception, bool> passes, CancellationToken stop)
    {
        for (var failures = 1; ; failures++)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception fault) when (fault is not OperationCanceledException && passes(fault))
            {
                await WaitAsync(failures, stop);
            }
        }
    }

    /// <summary>Waits before the next try.</summary>
    public Task WaitAsync(int failures, CancellationToken stop)
    {
        var doubled = options.RetryDelay * Math.Pow(2, Math.Min(failures - 1, 20));
        return Task.Delay(doubled < options.LongestRetryDelay ? doubled : options.LongestRetryDelay, time, stop);
    }
}
