using System.Collections.Concurrent;

namespace Ccr.Agent.Commands;

/// <summary>One after the other, for what is about the same request.</summary>
internal sealed class Turns(AgentStop stop)
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _turns = new(StringComparer.Ordinal);

    /// <summary>Does something for a request while nobody else does: what comes meanwhile waits.</summary>
    public async Task<T> AloneAsync<T>(string requestId, Func<Task<T>> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!_turns.TryAdd(requestId, done))
        {
            if (_turns.TryGetValue(requestId, out var other)) await other.Task.WaitAsync(stop.Hard);
        }

        try
        {
            return await work();
        }
        finally
        {
            _turns.TryRemove(requestId, out _);
            done.SetResult();
        }
    }
}
