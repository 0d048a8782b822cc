using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Performance.Experiment.Staging;

/// <summary>Sends events, and hears the results: which machine, and when.</summary>
internal sealed class Audience : IAsyncDisposable
{
    /// <summary>So many events go together: each must be accepted within the connection's time-out, also when there are 100,000.</summary>
    private const int Batch = 5000;

    private const int Ahead = 200;

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(5);

    private readonly ServiceBusConnection _connection;
    private readonly EntitySender _sender;
    private readonly int _together;
    private readonly ServiceBusClient _client;
    private readonly ServiceBusReceiver _results;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, long> _heard = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _machines = new(StringComparer.Ordinal);
    private Task _hearing = Task.CompletedTask;

    /// <param name="connection">The namespace.</param>
    /// <param name="hearsEach">
    /// Whether each result is heard as soon as it is there. The client keeps several together for up to 20 ms, which costs less, and is latency too.
    /// </param>
    public Audience(string connection, bool hearsEach = false)
    {
        _together = hearsEach ? 1 : Ahead;
        _connection = new ServiceBusConnection(ServiceBusOptions.For(connection));
        _sender = _connection.CreateSender("ccr-requests");

        // It costs as little as it can, since it takes from the same cores: many at a time, and none is confirmed.
        _client = new ServiceBusClient(connection);
        _results = _client.CreateReceiver(
            "ccr-results", "watch", new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete, PrefetchCount = Ahead });
    }

    /// <summary>How many terminal results there are, each counted once.</summary>
    public int Heard => _heard.Count;

    /// <summary>How many results said that a request waits.</summary>
    public int Deferred { get; private set; }

    /// <summary>When the last new one was heard, by a steady clock.</summary>
    public long LastHeard { get; private set; }

    /// <summary>When the first result for a machine was heard; null before.</summary>
    public long? HeardAt(string machine) => _machines.TryGetValue(machine, out var at) ? at : null;

    public void Start() => _hearing = HearAsync(_end.Token);

    /// <summary>Sends events for machines, as many as there are names.</summary>
    public async Task SendAsync(IEnumerable<string> machines, CancellationToken cancellationToken)
    {
        foreach (var some in machines.Chunk(Batch)) await Task.WhenAll(some.Select(machine => _sender.SendAsync(MessageFor(machine), cancellationToken)));
    }

    /// <summary>Waits for so many results; false when nothing was heard for as long as patience lasts.</summary>
    public async Task<bool> WaitAsync(int count, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (last, since) = (-1, TimeProvider.System.GetTimestamp());
        while (Heard < count)
        {
            if (Heard != last) (last, since) = (Heard, TimeProvider.System.GetTimestamp());
            if (TimeProvider.System.GetElapsedTime(since) > patience) return false;
            await Task.Delay(Beat, TimeProvider.System, cancellationToken);
        }

        return true;
    }

    /// <summary>Where what is missing lies: how many events wait or are in hand, and how many results are not heard.</summary>
    public async Task<string> FindMissingAsync(CancellationToken cancellationToken)
    {
        async Task<int> CountAsync(string entity)
        {
            await using var receiver = _connection.CreateReceiver(entity);
            return await receiver.PeekAllAsync(cancellationToken).CountAsync(cancellationToken);
        }

        var (events, results) = (await CountAsync("ccr-requests"), await CountAsync(EntityPath.Subscription("ccr-results", "watch")));
        return $"{events} events on the queue, {results} results on the subscription, {Deferred} put off";
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _hearing;
        await _client.DisposeAsync();
        _end.Dispose();
        await _sender.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>An event of about 800 bytes, as monitoring systems send them.</summary>
    private static ServiceBusMessage MessageFor(string machine)
    {
        var id = Guid.NewGuid().ToString("N");
        var comment = new string('c', 500);
        var body =
            $$"""
            {"specversion":"1.0","type":"ccr.reinstall.requested","source":"/experiment","id":"{{id}}","time":"{{TimeProvider.System.GetUtcNow():O}}","comment":"{{comment}}",
             "data":{ "machine": "{{machine}}", "requestedBy": "experiment", "reason": "its client does not answer" } }
            """;
        return new ServiceBusMessage(body) { MessageId = id, ContentType = "application/json" };
    }

    private async Task HearAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                foreach (var message in await _results.ReceiveMessagesAsync(_together, cancellationToken: end)) Hear(message);
            }
            catch (OperationCanceledException)
            {
                // All was heard that anybody waited for.
            }
        }
    }

    private void Hear(ServiceBusReceivedMessage message)
    {
        var outcome = message.ApplicationProperties.GetValueOrDefault("outcome");
        if (outcome is "Deferred") Deferred++;
        if (outcome is null or "Deferred" or "Dispatched") return;

        var now = TimeProvider.System.GetTimestamp();
        if (_heard.TryAdd(message.MessageId ?? "", now)) LastHeard = now;
        if (message.ApplicationProperties.GetValueOrDefault("machine") is string machine) _machines.TryAdd(machine, now);
    }
}
