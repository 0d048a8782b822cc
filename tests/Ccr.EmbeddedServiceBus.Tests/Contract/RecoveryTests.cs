using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

/// <summary>What happens to the messages of Microsoft's client when the connection, or the broker, does not hold.</summary>
public sealed class RecoveryTests
{
    private const int Timeout = 300_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Processor_CutAgainAndAgain_HandlesEveryMessage()
    {
        const int Count = 1000;
        await using var broker = await StartAsync();
        await using TcpRelay relay = new(broker.Port);
        await using var client = Client(relay);
        ConcurrentDictionary<string, bool> handled = new();
        await using var sender = client.CreateSender("q");
        await sender.SendMessagesAsync(Enumerable.Range(0, Count).Select(i => new ServiceBusMessage { MessageId = $"{i}" }), Cancellation);

        await using var processor = Processor(client, args =>
        {
            // What is cut off between handling and settling comes again.
            handled.TryAdd(args.Message.MessageId, true);
            if (args.Message is { DeliveryCount: 1, SequenceNumber: var number } && number % 250 == 0)
                relay.Cut();
            return Task.CompletedTask;
        });
        await processor.StartProcessingAsync(Cancellation);
        await Eventually.IsTrueAsync(() => handled.Count == Count && broker.GetCounts("q") is { Active: 0, Locked: 0 }, Cancellation);
        await processor.StopProcessingAsync(Cancellation);

        Assert.Equal(0, broker.GetCounts("q").DeadLetter);
        Assert.True(relay.Accepted >= 5);
    }

    /// <summary>A campaign killed processors, and found messages that they had locked among the dead letters, without a reason.</summary>
    [Fact(Timeout = Timeout)]
    public async Task Connection_BrokenWithMessagesLocked_KeepsTheirLocksAndDeadLettersNone()
    {
        const int Cuts = 30;
        const int Locked = 20;
        await using var broker = await StartAsync();
        await using TcpRelay relay = new(broker.Port);
        await using var whole = new ServiceBusClient(broker.ConnectionString);
        await using var sender = whole.CreateSender("q");
        for (var cut = 1; cut <= Cuts; cut++)
        {
            await sender.SendMessagesAsync(Enumerable.Range(0, Locked).Select(_ => new ServiceBusMessage()), Cancellation);
            await using var client = Client(relay);
            await using var receiver = client.CreateReceiver("q");
            for (var received = 0; received < Locked;)
                received += (await receiver.ReceiveMessagesAsync(Locked - received, TimeSpan.FromSeconds(60), Cancellation)).Count;

            relay.Cut();
        }

        await Eventually.IsTrueAsync(() => broker.GetCounts("q") is { Active: 0, Locked: Cuts * Locked, DeadLetter: 0 }, Cancellation);
    }

    [Fact(Timeout = Timeout)]
    public async Task Processor_BrokerRestarted_LosesNothing()
    {
        const int Count = 300;
        var data = Directory.CreateTempSubdirectory("ccr-");
        var broker = await StartAsync(data.FullName);
        try
        {
            await using TcpRelay relay = new(broker.Port);
            await using var client = Client(relay);
            ConcurrentDictionary<string, bool> handled = new();
            await using var sender = client.CreateSender("q");
            await using var processor = Processor(client, args =>
            {
                handled.TryAdd(args.Message.MessageId, true);
                return Task.CompletedTask;
            });
            await processor.StartProcessingAsync(Cancellation);

            for (var i = 0; i < Count; i++)
            {
                if (i % 100 == 50)
                {
                    await broker.DisposeAsync();
                    broker = await StartAsync(data.FullName);
                    relay.MoveTo(broker.Port);
                }

                await SendUntilTakenAsync(sender, $"{i}");
            }

            await Eventually.IsTrueAsync(() => handled.Count == Count && broker.GetCounts("q") is { Active: 0, Locked: 0 }, Cancellation);
            await processor.StopProcessingAsync(Cancellation);

            Assert.Equal(0, broker.GetCounts("q").DeadLetter);
        }
        finally
        {
            await broker.DisposeAsync();
            data.Delete(recursive: true);
        }
    }

    private static async Task SendUntilTakenAsync(ServiceBusSender sender, string id)
    {
        while (true)
        {
            try
            {
                await sender.SendMessageAsync(new() { MessageId = id }, Cancellation);
                return;
            }
            catch (ServiceBusException fault) when (fault.IsTransient)
            {
                // Once more, under the same id.
            }
        }
    }

    private static Task<EmbeddedBroker> StartAsync(string? data = null) => EmbeddedBroker.StartAsync(
        new EmbeddedBrokerOptions
        {
            // A message that a cut keeps locked comes back within the test's time.
            Config = new ServiceBusConfig().AddQueue("q", queue => queue with { LockDuration = TimeSpan.FromSeconds(5), MaxDeliveryCount = 10 }),
            DataDirectory = data,
        },
        ct: Cancellation);

    private static ServiceBusClient Client(TcpRelay relay) => new(relay.ConnectionString, new ServiceBusClientOptions
    {
        RetryOptions = { Delay = TimeSpan.FromMilliseconds(50), MaxDelay = TimeSpan.FromMilliseconds(500), MaxRetries = 10 },
    });

    private static ServiceBusProcessor Processor(ServiceBusClient client, Func<ProcessMessageEventArgs, Task> handle)
    {
        // One at a time: with more, the client's threads can lock each other up for ever when the connection breaks (Microsoft.Azure.Amqp 2.7.3).
        var processor = client.CreateProcessor("q", new ServiceBusProcessorOptions { MaxConcurrentCalls = 1 });
        processor.ProcessMessageAsync += handle;
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        return processor;
    }
}
