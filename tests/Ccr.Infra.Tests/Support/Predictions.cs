using System.Collections.Concurrent;
using Ccr.Infra.Tests.Support;

[assembly: AssemblyFixture(typeof(Predictions))]

namespace Ccr.Infra.Tests.Support;

/// <summary>What the examples come to as they are; each is compiled once.</summary>
public sealed class Predictions : IDisposable
{
    private readonly InfraCopy _infra = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<Deployment>>> _examples = new(StringComparer.Ordinal);

    public void Dispose() => _infra.Dispose();

    internal Task<Deployment> OfAsync(string example) =>
        _examples.GetOrAdd(example, name => new Lazy<Task<Deployment>>(() => _infra.PredictAsync($"examples/{name}"))).Value;
}
