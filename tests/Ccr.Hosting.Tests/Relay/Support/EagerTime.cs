using System.Collections.Concurrent;

namespace Ccr.Hosting.Tests.Relay.Support;

/// <summary>A clock on which each wait of some lengths is over at once, and is written down; all others never end.</summary>
internal sealed class EagerTime(params int[] seconds) : TimeProvider
{
    public ConcurrentQueue<int> Waits { get; } = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var isWaited = Array.IndexOf(seconds, (int)dueTime.TotalSeconds) >= 0;
        if (isWaited) Waits.Enqueue((int)dueTime.TotalSeconds);
        return base.CreateTimer(callback, state, isWaited ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
