using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.ServiceBus;

/// <summary>
/// When a busy connection breaks, threads of Microsoft.Azure.Amqp 2.7.3 can wait for each other's locks without end: the program would hang, and say
/// nothing.
/// </summary>
public sealed class LockedUpClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = 60_000)]
    public async Task Run_CallThatNeverReturns_EndsInTimeAndAnotherClientIsUsed()
    {
        var (time, lines) = (new FakeTimeProvider(), new LogLines());
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(TestBroker.ConnectionString(1)), lines, time);
        var before = connection.Clients;
        var called = new TaskCompletionSource();
        using var mayReturn = new ManualResetEventSlim();

        var running = connection.RunAsync(new Made<string>(before, ""), "q", Operation.Settle, (_, _) =>
        {
            called.SetResult();
            mayReturn.Wait(Stop);
            return Task.CompletedTask;
        }, Stop);
        await called.Task;
        time.Advance(Patience);

        Assert.Equal("CCR4008", (await Assert.ThrowsAsync<MessagingException>(() => running)).Reason.Code);
        Assert.NotSame(before, connection.Clients);
        Assert.Equal(1, lines.Count("has locked itself up"));
        mayReturn.Set();
    }

    [Fact(Timeout = 60_000)]
    public async Task Run_AnswerThatNeverComes_EndsInTimeAndTheClientStays()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new TcpRelay(broker.Port);
        var time = new FakeTimeProvider();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(TestBroker.ConnectionString(relay.Port)), null, time);
        var before = connection.Clients;
        await using var sender = connection.CreateSender("q");
        await sender.SendAsync(new ServiceBusMessage("x"), Stop);

        relay.Freeze();
        var sending = sender.SendAsync(new ServiceBusMessage("x"), Stop);
        await relay.WaitUntilAsync(it => it.Dropped > 0, Stop);
        // The call may still be about to return, and has not locked itself up.
        before.Entry.Enter();
        before.Entry.Exit();
        time.Advance(Patience);

        await Assert.ThrowsAsync<MessagingException>(() => sending);
        Assert.Same(before, connection.Clients);
    }

    [Fact(Timeout = 300_000)]
    public async Task Process_CutAgainAndAgainWhileBusy_HandlesEveryMessage()
    {
        const int Count = 2000;
        await using var broker = await TestBroker.StartAsync(
            configure: config => config.AddQueue("busy", queue => queue with { LockDuration = TimeSpan.FromSeconds(5), MaxDeliveryCount = 100 }),
            maxMessages: Count);
        await using var relay = new TcpRelay(broker.Port);
        var options = TestBroker.Hasty(TestBroker.ConnectionString(relay.Port));
        options.OperationTimeout = TimeSpan.FromSeconds(2);
        await using var connection = new ServiceBusConnection(options);
        await using var sending = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = sending.CreateSender("busy");
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => sender.SendAsync(new ServiceBusMessage { MessageId = $"{i}" }, Stop)));
        ConcurrentDictionary<string, bool> handled = new();
        await using var processor = connection.CreateProcessor("busy", concurrency: 32, async (message, settlement, stop) =>
        {
            // What is cut off between handling and settling comes again.
            handled.TryAdd(message.MessageId, true);
            if (message is { DeliveryCount: 1, SequenceNumber: var number } && number % 200 == 0) relay.Cut();
            await settlement.CompleteAsync(stop);
        });

        await processor.StartAsync(Stop);
        while (handled.Count < Count || broker.GetCounts("busy") is not { Active: 0, Locked: 0 })
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Stop);
        await processor.StopAsync(Stop);

        Assert.Equal(0, broker.GetCounts("busy").DeadLetter);
        Assert.True(relay.Accepted > 5);
    }
}
