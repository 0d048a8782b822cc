namespace Ccr.Performance.Benchmarks.Messaging;

/// <summary>One way to talk to a broker, doing the same work as the other.</summary>
internal interface IContestant : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Sends messages, so many at once, each confirmed by the broker.</summary>
    Task SendAsync(string queue, int messages, int concurrency, ReadOnlyMemory<byte> body);

    /// <summary>Receives messages under lock and completes them, so many at once.</summary>
    Task ReceiveAsync(string queue, int messages, int concurrency);

    /// <summary>Receives messages under lock, sends each on to another queue, and completes it then.</summary>
    Task ForwardAsync(string from, string to, int messages, int concurrency);
}
