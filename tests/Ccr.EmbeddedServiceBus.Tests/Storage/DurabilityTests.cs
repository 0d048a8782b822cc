using Amqp.Types;
using Azure.Messaging.ServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.EmbeddedServiceBus.Tests.Wire;

namespace Ccr.EmbeddedServiceBus.Tests.Storage;

/// <summary>What is there after a restart on the same directory.</summary>
public sealed class DurabilityTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("ccr-durable-");

    [Fact(Timeout = 60_000)]
    public async Task Restart_WithMessagesInEveryState_KeepsThem()
    {
        var ct = TestContext.Current.CancellationToken;
        long deferred;
        await using (var broker = await StartAsync(ct))
        await using (var client = await AmqpClient.ConnectAsync(broker.Port))
        {
            foreach (var body in (string[])["done", "locked", "abandoned", "deferred", "dead", "active"])
                await client.SendAsync("q", body, m => m.Header = new Amqp.Framing.Header { Ttl = 600_000 });
            await client.SendAsync("q", "scheduled", m => m.MessageAnnotations = ScheduledIn(TimeSpan.FromHours(1)));
            var receiver = client.Receiver("q");
            var management = ManagementClient.For(client, "q");
            Assert.True(await management.SettleAsync((await AmqpClient.ReceiveAsync(receiver))!));
            await AmqpClient.ReceiveAsync(receiver);
            var abandoned = await AmqpClient.ReceiveAsync(receiver);
            var defer = await AmqpClient.ReceiveAsync(receiver);
            deferred = AmqpClient.Annotation<long>(defer!, "x-opt-sequence-number");
            Assert.True(await management.SettleAsync(defer!, "defered"));
            Assert.True(await management.SettleAsync((await AmqpClient.ReceiveAsync(receiver))!, "suspended"));
            Assert.True(await management.SettleAsync(abandoned!, "abandoned"));
            await receiver.CloseAsync();
        }

        await using var again = await StartAsync(ct);
        await using var reader = await AmqpClient.ConnectAsync(again.Port);

        Assert.Equal(new EntityCounts(Active: 3, Locked: 0, Deferred: 1, Scheduled: 1, DeadLetter: 1), again.GetCounts("q"));
        var link = reader.Receiver("q");
        var first = await AmqpClient.ReceiveAsync(link);
        var second = await AmqpClient.ReceiveAsync(link);
        Assert.Equal(("locked", 0u), (AmqpClient.Text(first!), first!.Header.DeliveryCount));
        Assert.Equal(("abandoned", 1u), (AmqpClient.Text(second!), second!.Header.DeliveryCount));
        Assert.Equal(600_000u, second.Header.Ttl);
        var status = await ManagementClient.For(reader, "q").StatusAsync(
            "receive-by-sequence-number", new Map { ["sequence-numbers"] = new[] { deferred }, ["receiver-settle-mode"] = 1u });
        Assert.Equal(200, status);
    }

    /// <summary>The library reports open deliveries as rejected when the broker closes a connection, which once dead-lettered some of them.</summary>
    [Fact(Timeout = 300_000)]
    public async Task Stop_WhileMessagesAreDelivered_DeadLettersNone()
    {
        const int Rounds = 20;
        var ct = TestContext.Current.CancellationToken;
        var dead = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var broker = await StartAsync(ct);
            await using var client = new ServiceBusClient(
                broker.ConnectionString, new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0, TryTimeout = Soon } });
            await using var receiver = client.CreateReceiver("q");
            var sending = SendUntilStoppedAsync(client);
            for (var taken = 0; taken < 20; taken++) await receiver.ReceiveMessagesAsync(10, Soon, ct);
            var receiving = receiver.ReceiveMessagesAsync(1000, Soon, ct);

            await broker.DisposeAsync();
            await Task.WhenAll(sending, ((Task)receiving).ContinueWith(_ => { }, ct, TaskContinuationOptions.None, TaskScheduler.Default));
            await using var again = await StartAsync(ct);
            dead += again.GetCounts("q").DeadLetter;
        }

        Assert.Equal(0, dead);
    }

    [Fact(Timeout = 60_000)]
    public async Task Restart_AfterTheLastMessageWasTaken_GoesOnNumbering()
    {
        var ct = TestContext.Current.CancellationToken;
        await using (var broker = await StartAsync(ct))
        await using (var client = await AmqpClient.ConnectAsync(broker.Port))
        {
            await client.SendAsync("q", "first");
            var message = await AmqpClient.ReceiveAsync(client.Receiver("q"));
            Assert.True(await ManagementClient.For(client, "q").SettleAsync(message!));
        }

        await using var again = await StartAsync(ct);
        await using var reader = await AmqpClient.ConnectAsync(again.Port);
        await reader.SendAsync("q", "second");

        var second = await AmqpClient.ReceiveAsync(reader.Receiver("q"));
        Assert.Equal(2L, AmqpClient.Annotation<long>(second!, "x-opt-sequence-number"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Restart_WithinTheDuplicateWindow_StillDropsARepeat()
    {
        var ct = TestContext.Current.CancellationToken;
        for (var i = 0; i < 2; i++)
        {
            await using var broker = await StartAsync(ct);
            await using var client = await AmqpClient.ConnectAsync(broker.Port);
            await client.SendAsync("t", "hello", m => m.Properties.MessageId = "same");
            Assert.Equal(1, broker.GetCounts("t/Subscriptions/s").Active);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task Restart_WithoutAnEntity_KeepsItsMessagesForLater()
    {
        var ct = TestContext.Current.CancellationToken;
        await using (var broker = await StartAsync(ct))
        await using (var client = await AmqpClient.ConnectAsync(broker.Port))
            await client.SendAsync("q", "hello");
        await using (await StartAsync(ct, new ServiceBusConfig().AddQueue("other")))
        {
        }

        await using var again = await StartAsync(ct);

        Assert.Equal(1, again.GetCounts("q").Active);
    }

    [Fact(Timeout = 60_000)]
    public async Task Start_OnADirectoryInUse_SaysSo()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var broker = await StartAsync(ct);

        var e = await Assert.ThrowsAsync<IOException>(() => StartAsync(ct));

        Assert.Contains("is another broker using this directory?", e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task Start_OnAPortInUse_SaysSoAndLeavesTheDirectoryFree()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var first = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = new ServiceBusConfig() }, ct: ct);
        var options = new EmbeddedBrokerOptions { Config = new ServiceBusConfig(), Port = first.Port, DataDirectory = _data.FullName };

        var e = await Assert.ThrowsAsync<IOException>(() => EmbeddedBroker.StartAsync(options, ct: ct));

        Assert.Contains("choose another one, or 0 for any", e.Message, StringComparison.Ordinal);
        await using var second = await StartAsync(ct);
    }

    public void Dispose() => _data.Delete(recursive: true);

    private static Amqp.Framing.MessageAnnotations ScheduledIn(TimeSpan delay) => new()
    {
        [(Symbol)"x-opt-scheduled-enqueue-time"] = TimeProvider.System.GetUtcNow().UtcDateTime + delay,
    };

    private Task<EmbeddedBroker> StartAsync(CancellationToken ct, ServiceBusConfig? config = null) => EmbeddedBroker.StartAsync(
        new EmbeddedBrokerOptions
        {
            Config = config ?? new ServiceBusConfig().AddQueue("q").AddTopic(
                "t", t => t with { DuplicateDetectionWindow = TimeSpan.FromMinutes(5), Subscriptions = [new("s")] }),
            DataDirectory = _data.FullName,
        },
        ct: ct);

    private static async Task SendUntilStoppedAsync(ServiceBusClient client)
    {
        await using var sender = client.CreateSender("q");
        try
        {
            while (true) await sender.SendMessageAsync(new ServiceBusMessage("x"));
        }
        catch (ServiceBusException)
        {
            // The broker is gone.
        }
    }
}
