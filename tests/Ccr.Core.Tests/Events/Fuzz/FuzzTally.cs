using System.Collections.Concurrent;
using Ccr.Core.Results;

namespace Ccr.Core.Tests.Events.Fuzz;

/// <summary>What became of the events of a run.</summary>
internal sealed class FuzzTally
{
    private readonly ConcurrentDictionary<string, int> _reasons = new(StringComparer.Ordinal);
    private int _events;
    private int _requests;

    public int Requests => _requests;

    public void CountEvent() => Interlocked.Increment(ref _events);

    public void CountRequest() => Interlocked.Increment(ref _requests);

    public void CountEnd(Verdict verdict) => _reasons.AddOrUpdate($"{verdict.Outcome} {verdict.Reason}", 1, (_, count) => count + 1);

    public override string ToString() =>
        $"{_events} events, {_requests} requests, {_reasons.Values.Sum()} ended: {string.Join(", ", _reasons.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Value} {r.Key}"))}";
}
