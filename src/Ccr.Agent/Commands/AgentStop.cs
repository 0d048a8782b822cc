namespace Ccr.Agent.Commands;

/// <summary>How the agent stops: first it begins nothing more, then it breaks off what takes too long.</summary>
internal sealed class AgentStop(TimeProvider time) : IDisposable
{
    /// <summary>Of the 30 seconds that a stop may take: the rest is for closing the connection.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _soft = new();
    private readonly CancellationTokenSource _hard = new(Timeout.InfiniteTimeSpan, time);

    /// <summary>Cancelled when nothing more is to be begun.</summary>
    public CancellationToken Soft => _soft.Token;

    /// <summary>Cancelled when there is no more time.</summary>
    public CancellationToken Hard => _hard.Token;

    /// <summary>Whether the agent stops because something of it failed.</summary>
    public bool HasFailed { get; set; }

    public async Task BeginAsync()
    {
        await _soft.CancelAsync();
        _hard.CancelAfter(Patience);
    }

    public void Dispose()
    {
        _soft.Dispose();
        _hard.Dispose();
    }
}
