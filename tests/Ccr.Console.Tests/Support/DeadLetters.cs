using Azure.Messaging.ServiceBus;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console.Tests.Support;

/// <summary>An embedded broker in which messages die.</summary>
internal sealed class DeadLetters(EmbeddedBroker broker, ServiceBusConnection connection) : IAsyncDisposable
{
    private const int Together = 100;

    public ServiceBusConnection Connection => connection;

    public string ConnectionString => broker.ConnectionString;

    public static async Task<DeadLetters> StartAsync()
    {
        var config = new ServiceBusConfig();
        config.AddQueue(Entities.Requests);
        config.AddQueue(Entities.Verifications);
        config.AddQueue(Entities.AgentUndelivered);
        config.AddTopic(Entities.Results, Entities.LedgerSubscription, Entities.WatchSubscription);
        var broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = config, MaxEntityMessages = 200_000 });
        return new DeadLetters(broker, new ServiceBusConnection(ServiceBusOptions.For(broker.ConnectionString)));
    }

    /// <summary>Has messages die.</summary>
    public async Task DieAsync(int count, string body = "body", string description = "bad", string reason = "CCR1003")
    {
        await using var sender = connection.CreateSender(Entities.Requests);
        await using var receiver = connection.CreateReceiver(Entities.Requests);
        foreach (var some in Enumerable.Range(0, count).Chunk(Together))
        {
            await Task.WhenAll(some.Select(i => sender.SendAsync(new ServiceBusMessage($"{body} {i}"), TestContext.Current.CancellationToken)));
            for (var left = some.Length; left > 0;)
            {
                var page = await receiver.ReceiveAsync(left, TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
                await Task.WhenAll(page.Select(message => receiver.DeadLetterAsync(message, reason, description, TestContext.Current.CancellationToken)));
                left -= page.Count;
            }
        }
    }

    /// <summary>The messages that are dead, and those that wait on the queue.</summary>
    public async Task<(IReadOnlyList<ServiceBusReceivedMessage> Dead, IReadOnlyList<ServiceBusReceivedMessage> Waiting)> ReadAsync()
    {
        await using var box = new DeadLetterBox(connection, DeadLetterEntity.Requests, TimeProvider.System);
        await using var queue = connection.CreateReceiver(Entities.Requests);
        var (waiting, next) = (new List<ServiceBusReceivedMessage>(), 0L);
        while (await queue.PeekAsync(next, 250, TestContext.Current.CancellationToken) is { Count: > 0 } page)
        {
            waiting.AddRange(page);
            next = page[^1].SequenceNumber + 1;
        }

        return (await box.PeekAllAsync(TestContext.Current.CancellationToken).ToListAsync(), waiting);
    }

    /// <summary>How many are dead, and how many wait on the queue.</summary>
    public async Task<(int Dead, int Waiting)> CountAsync() => await ReadAsync() is var (dead, waiting) ? (dead.Count, waiting.Count) : default;

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await broker.DisposeAsync();
    }
}
