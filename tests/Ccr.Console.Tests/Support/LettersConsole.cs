using Azure.Messaging.ServiceBus;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console.Tests.Support;

/// <summary>A console over an embedded broker with dead letters in it.</summary>
internal sealed class LettersConsole(EmbeddedBroker broker, ServiceBusConnection connection, ConsoleServer server, InMemoryLedgerStore ledger)
    : IAsyncDisposable
{
    public ConsoleServer Server => server;

    public InMemoryLedgerStore Ledger => ledger;

    public static async Task<LettersConsole> StartAsync()
    {
        var config = new ServiceBusConfig();
        config.AddQueue(Entities.Requests);
        config.AddQueue(Entities.Verifications);
        config.AddQueue(Entities.AgentUndelivered);
        config.AddTopic(Entities.Results, Entities.LedgerSubscription, Entities.WatchSubscription);
        var broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = config, MaxEntityMessages = 10_000 });
        var connection = new ServiceBusConnection(ServiceBusOptions.For(broker.ConnectionString));
        var ledger = new InMemoryLedgerStore();
        var people = new LedgerOperator(ledger, TimeProvider.System, Some.Who);
        var sources = new ConsoleSources(ledger, ledger, Some.Who)
        {
            Operator = people,
            Connection = connection,
            Desk = new DeadLetterDesk(connection, TimeProvider.System, ledger, people),
        };
        var options = new ConsoleOptions { DeadLettersEvery = TimeSpan.FromMilliseconds(300), LedgerEvery = TimeSpan.FromMilliseconds(300) };
        return new LettersConsole(
            broker, connection, await ConsoleServer.StartAsync(options, sources, TimeProvider.System, TestContext.Current.CancellationToken), ledger);
    }

    /// <summary>Has messages die.</summary>
    public async Task DieAsync(int count, string body = "body", string description = "bad")
    {
        await using var sender = connection.CreateSender(Entities.Requests);
        for (var i = 0; i < count; i++) await sender.SendAsync(new ServiceBusMessage($"{body} {i}"), TestContext.Current.CancellationToken);
        await using var receiver = connection.CreateReceiver(Entities.Requests);
        for (var left = count; left > 0;)
        {
            var page = await receiver.ReceiveAsync(Math.Min(left, 500), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            foreach (var message in page) await receiver.DeadLetterAsync(message, "CCR1003", description, TestContext.Current.CancellationToken);
            left -= page.Count;
        }
    }

    /// <summary>How many dead letters there are, and how many messages wait on the queue.</summary>
    public async Task<(int Dead, int Waiting)> CountAsync()
    {
        await using var box = new DeadLetterBox(connection, DeadLetterEntity.Requests, TimeProvider.System);
        await using var queue = connection.CreateReceiver(Entities.Requests);
        var (waiting, next) = (0, 0L);
        while (await queue.PeekAsync(next, 250, TestContext.Current.CancellationToken) is { Count: > 0 } page)
            (waiting, next) = (waiting + page.Count, page[^1].SequenceNumber + 1);
        return (await box.PeekAllAsync(TestContext.Current.CancellationToken).CountAsync(), waiting);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await connection.DisposeAsync();
        await broker.DisposeAsync();
    }
}
