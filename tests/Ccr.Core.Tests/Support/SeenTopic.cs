using Ccr.Core.Messaging;
using Ccr.Core.Results;

namespace Ccr.Core.Tests.Support;

/// <summary>Results on a topic, for whoever looks at them.</summary>
internal sealed class SeenTopic : IResultView
{
    private readonly List<SeenResult> _results = [];

    public void Add(string? ledger, params ReinstallResult?[] results) =>
        _results.AddRange(results.Select((result, index) => new SeenResult(_results.Count + index + 1, ledger, result)));

    public Task<IReadOnlyList<SeenResult>> PeekAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SeenResult>>([.. _results.Where(result => result.SequenceNumber >= fromSequenceNumber).Take(max)]);
}
