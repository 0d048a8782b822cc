namespace Ccr.Console.Tests.Support;

/// <summary>A topic that is only looked at.</summary>
internal sealed class SeenTopic : IResultView
{
    private readonly Lock _lock = new();
    private readonly List<SeenResult> _seen = [];

    /// <summary>Whether it does not answer.</summary>
    public bool IsDown { get; set; }

    /// <summary>Whether it neither answers nor fails.</summary>
    public bool Hangs { get; set; }

    public void Publish(ReinstallResult result)
    {
        lock (_lock) _seen.Add(new SeenResult(_seen.Count + 1, null, result));
    }

    public Task<IReadOnlyList<SeenResult>> PeekAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken)
    {
        if (Hangs) return new TaskCompletionSource<IReadOnlyList<SeenResult>>().Task;
        if (IsDown) throw new TimeoutException();
        lock (_lock) return Task.FromResult<IReadOnlyList<SeenResult>>([.. _seen.Where(seen => seen.SequenceNumber >= fromSequenceNumber).Take(max)]);
    }
}
