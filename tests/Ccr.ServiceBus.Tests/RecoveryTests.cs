using System.Collections.Concurrent;
using Ccr.EmbeddedServiceBus;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests;

/// <summary>What happens to messages when the connection, or the broker, does not hold.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private const int Timeout = 60_000;

    private EmbeddedBroker? _broker;
    private TcpRelay? _relay;
    private ServiceBusConnection? _connection;

    private EmbeddedBroker Broker => _broker!;

    private TcpRelay Relay => _relay!;

    private ServiceBusConnection Connection => _connection!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _broker = await TestBroker.StartAsync();
        _relay = new(_broker.Port);
        _connection = new(new()
        {
            Connection = TestBroker.ConnectionString(_relay.Port),
            ReconnectDelay = TimeSpan.FromMilliseconds(20),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
            PermanentFaultDelay = TimeSpan.FromMilliseconds(100),
            OperationTimeout = TimeSpan.FromSeconds(15),
            IdleTimeout = TimeSpan.FromSeconds(1),
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Relay.DisposeAsync();
        await Broker.DisposeAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task Dispose_ByAThreadThatBlocksOnIt_IsAnsweredByTheBroker()
    {
        // As a host does: it stops its pumps, and what disposes of its services then blocks.
        var disposing = Task.Run(async () =>
        {
            var connection = new ServiceBusConnection(new() { Connection = Broker.ConnectionString });
            var pumps = new[] { "contract", "contract-next" }.Select(queue =>
                connection.CreatePump(queue, new(), (_, settlement, token) => settlement.CompleteAsync(token))).ToList();
            foreach (var pump in pumps) await pump.StartAsync(Cancellation);
            await using var receiver = connection.CreateReceiver("contract");
            await receiver.PeekAsync(0, 1, Cancellation);
            await Task.WhenAll(pumps.Select(pump => pump.StopAsync(Cancellation)));
            foreach (var pump in pumps) await pump.DisposeAsync();

            connection.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }, Cancellation);

        // Each unanswered close costs five seconds.
        await disposing.WaitAsync(TimeSpan.FromSeconds(4), Cancellation);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_AfterTheConnectionWasCut_Reconnects()
    {
        await using var sender = Connection.CreateSender("contract");
        await sender.SendAsync(new(), Cancellation);

        Relay.Cut();
        await Relay.WaitUntilAsync(_ => Connection.Health.ConnectedSince is null, Cancellation);
        await sender.SendAsync(new(), Cancellation);

        Assert.Equal(2, Broker.GetCounts("contract").Active);
        Assert.Equal(2, Relay.Accepted);
        Assert.StartsWith("CCR4006", Connection.Health.LastError);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_WhileTheBrokerIsAway_WaitsForIt()
    {
        Relay.Refuse();
        await using var sender = Connection.CreateSender("contract");

        var sending = Task.WhenAll(Enumerable.Range(0, 200).Select(_ => sender.SendAsync(new(), Cancellation)));
        await Relay.WaitUntilAsync(relay => relay.Accepted >= 3, Cancellation);
        var attempts = Relay.Accepted;
        Relay.Restore();
        await sending;

        Assert.Equal(200, Broker.GetCounts("contract").Active);
        Assert.InRange(Relay.Accepted, attempts + 1, attempts + 3);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_CutBeforeTheAnswer_IsUnconfirmedAndNotRepeated()
    {
        await using var sender = Connection.CreateSender("contract");
        await sender.SendAsync(new(), Cancellation);

        Relay.Mute();
        var sending = sender.SendAsync(new() { MessageId = "unsure" }, Cancellation);
        await Relay.WaitUntilAsync(_ => Broker.GetCounts("contract").Active == 2, Cancellation);
        Relay.Cut();
        Relay.Restore();
        var fault = await Assert.ThrowsAsync<MessagingException>(() => sending);
        await sender.SendAsync(new() { MessageId = "next" }, Cancellation);

        Assert.Equal(MessagingFault.Unconfirmed, fault.Fault);
        Assert.True(fault.IsTransient);
        Assert.Equal(3, Broker.GetCounts("contract").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task Complete_ConnectionCutWhileHandling_SettlesOverTheNextOne()
    {
        await SendAsync(1);
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ConcurrentQueue<int> deliveries = [];

        await using var pump = Connection.CreatePump("contract", new(), async (message, settlement, token) =>
        {
            deliveries.Enqueue(message.DeliveryCount);
            Relay.Cut();
            await settlement.CompleteAsync(token);
            done.TrySetResult();
        });
        await pump.StartAsync(Cancellation);
        await done.Task.WaitAsync(Cancellation);

        Assert.Equal([1], deliveries);
        Assert.Equal(new Ccr.EmbeddedServiceBus.EntityCounts(0, 0, 0, 0, 0), Broker.GetCounts("contract"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Complete_CutBeforeItArrived_IsRepeatedByLockToken()
    {
        await SendAsync(1);
        await using var receiver = Connection.CreateReceiver("contract");
        var message = Assert.Single(await receiver.ReceiveAsync(1, TimeSpan.FromSeconds(5), Cancellation));

        Relay.Freeze();
        var completing = message.Settlement.CompleteAsync(Cancellation);
        Relay.Cut();
        Relay.Restore();
        await completing;

        Assert.Equal(new Ccr.EmbeddedServiceBus.EntityCounts(0, 0, 0, 0, 0), Broker.GetCounts("contract"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Complete_CutBeforeTheAnswer_IsUnconfirmed()
    {
        await SendAsync(1);
        await using var receiver = Connection.CreateReceiver("contract");
        var message = Assert.Single(await receiver.ReceiveAsync(1, TimeSpan.FromSeconds(5), Cancellation));

        Relay.Mute();
        var completing = message.Settlement.CompleteAsync(Cancellation);
        await Relay.WaitUntilAsync(_ => Broker.GetCounts("contract").Locked == 0, Cancellation);
        Relay.Cut();
        Relay.Restore();
        var fault = await Assert.ThrowsAsync<MessagingException>(() => completing);

        Assert.Equal(MessagingFault.Unconfirmed, fault.Fault);
        Assert.Equal(new Ccr.EmbeddedServiceBus.EntityCounts(0, 0, 0, 0, 0), Broker.GetCounts("contract"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_CutAgainAndAgain_HandlesEveryMessageAndSettlesEachOnce()
    {
        const int Count = 2000;
        ConcurrentDictionary<string, int> completed = new();
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync(Count);

        await using var pump = Connection.CreatePump(
            "contract", new() { MaxConcurrentCalls = 8 }, async (message, settlement, token) =>
            {
                if (message.SequenceNumber % 250 == 0 && message.DeliveryCount == 1) Relay.Cut();
                await settlement.CompleteAsync(token);
                completed.AddOrUpdate(message.MessageId!, 1, (_, times) => times + 1);
            });
        await pump.StartAsync(Cancellation);
        while (Broker.GetCounts("contract") is not { Active: 0, Locked: 0 })
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        await pump.StopAsync(Cancellation);

        Assert.All(completed.Values, times => Assert.Equal(1, times));
        Assert.Equal(new Ccr.EmbeddedServiceBus.EntityCounts(0, 0, 0, 0, 0), Broker.GetCounts("contract"));
        // An unconfirmed settlement did happen, but is no success here; each cut can leave a few of them.
        Assert.InRange(completed.Count, Count - 100, Count);
        Assert.InRange(Relay.Accepted, 5, 60);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_BrokerRestarted_LosesNothingAndSettlesNothingTwice()
    {
        const int Count = 600;
        var data = Directory.CreateTempSubdirectory("ccr-");
        var broker = await TestBroker.StartAsync(data: data.FullName);
        Relay.Target = broker.Port;
        ConcurrentDictionary<string, int> completed = new();
        await using var sender = Connection.CreateSender("contract");
        await using var pump = Connection.CreatePump(
            "contract", new() { MaxConcurrentCalls = 4 }, async (message, settlement, token) =>
            {
                await settlement.CompleteAsync(token);
                completed.AddOrUpdate(message.MessageId!, 1, (_, times) => times + 1);
            });
        await pump.StartAsync(Cancellation);

        for (var i = 0; i < Count; i++)
        {
            if (i % 200 == 100)
            {
                await broker.DisposeAsync();
                broker = await TestBroker.StartAsync(data: data.FullName);
                Relay.Target = broker.Port;
            }

            await SendUntilTakenAsync(sender, $"{i}");
        }

        while (broker.GetCounts("contract") is not { Active: 0, Locked: 0 })
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        await pump.StopAsync(Cancellation);
        await broker.DisposeAsync();
        data.Delete(recursive: true);

        // Each restart can leave what was in flight unconfirmed: repeated sends, and settlements that did happen.
        Assert.Equal(0, broker.GetCounts("contract").DeadLetter);
        Assert.InRange(completed.Count, Count - (3 * 5), Count);
        Assert.InRange(completed.Values.Count(times => times > 1), 0, 3);

        async Task SendUntilTakenAsync(MessageSender to, string id)
        {
            while (true)
            {
                try
                {
                    await to.SendAsync(new() { MessageId = id }, Cancellation);
                    return;
                }
                catch (MessagingException fault) when (fault.IsTransient)
                {
                    // Once more, under the same id.
                }
            }
        }
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_ConnectionGoesSilent_IsFoundDeadAndReplaced()
    {
        TaskCompletionSource received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var pump = Connection.CreatePump("contract", new(), async (_, settlement, token) =>
        {
            await settlement.CompleteAsync(token);
            received.TrySetResult();
        });
        await pump.StartAsync(Cancellation);
        await Relay.WaitUntilAsync(_ => Connection.Health.ConnectedSince is not null, Cancellation);

        Relay.Freeze();
        await Relay.WaitUntilAsync(_ => Connection.Health.ConnectedSince is null, Cancellation);
        Relay.Restore();
        await SendAsync(1);
        await received.Task.WaitAsync(Cancellation);

        Assert.StartsWith("CCR4006", Connection.Health.LastError);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_EntityAppearsLater_FindsItByItself()
    {
        ConcurrentQueue<MessagingException> faults = [];
        TaskCompletionSource received = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var later = await EmbeddedBroker.StartAsync(
            new() { Config = new Ccr.EmbeddedServiceBus.Configuration.ServiceBusConfig().AddQueue("later") }, ct: Cancellation);

        MessagePumpOptions options = new() { OnFault = faults.Enqueue };
        await using var pump = Connection.CreatePump("later", options, async (_, settlement, token) =>
        {
            await settlement.CompleteAsync(token);
            received.TrySetResult();
        });
        await pump.StartAsync(Cancellation);
        await Relay.WaitUntilAsync(_ => !faults.IsEmpty, Cancellation);
        await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System, Cancellation);
        var saidBefore = faults.Count;
        Relay.Target = later.Port;
        Relay.Cut();
        await using var sender = Connection.CreateSender("later");
        while (!received.Task.IsCompleted)
        {
            try
            {
                await sender.SendAsync(new(), Cancellation);
                await received.Task.WaitAsync(TimeSpan.FromSeconds(5), Cancellation);
            }
            catch (MessagingException)
            {
                // The sender, too, has to find the new broker first.
            }
        }

        Assert.Equal(1, saidBefore);
        Assert.Equal("CCR4001", faults.First().Code);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_StoppedWhileTheBrokerIsAway_StopsAtOnce()
    {
        Relay.Refuse();
        await using var pump = Connection.CreatePump("contract", new(), (_, _, _) => Task.CompletedTask);
        await pump.StartAsync(Cancellation);
        await Relay.WaitUntilAsync(relay => relay.Accepted > 0, Cancellation);

        await pump.StopAsync(Cancellation);

        Assert.Equal(0, Connection.Health.InFlight);
    }

    [Fact(Timeout = Timeout)]
    public async Task Dispose_WhileSendsWait_EndsThem()
    {
        Relay.Refuse();
        var sender = Connection.CreateSender("contract");
        var sending = sender.SendAsync(new(), Cancellation);
        await Relay.WaitUntilAsync(relay => relay.Accepted > 0, Cancellation);

        await sender.DisposeAsync();
        await Connection.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => sending);
    }

    private async Task SendAsync(int count)
    {
        await using var sender = Connection.CreateSender("contract");
        await sender.SendBatchAsync(
            [.. Enumerable.Range(0, count).Select(i => new OutgoingMessage { MessageId = $"{i}" })], Cancellation);
    }
}
