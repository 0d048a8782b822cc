using System.Collections.Concurrent;

namespace Ccr.ServiceBus.Tests.Contract;

public abstract partial class BrokerContract
{
    [Fact(Timeout = Timeout)]
    public async Task Pump_ManyMessages_HandlesEachOnceWithinItsConcurrency()
    {
        const int Count = 500;
        ConcurrentBag<string> handled = [];
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = 0;
        var most = 0;
        await using var sender = Connection.CreateSender(NextQueue);
        await sender.SendBatchAsync([.. Enumerable.Range(0, Count).Select(i => Text($"{i}"))], Cancellation);

        await using var pump = Connection.CreatePump(
            NextQueue, new() { MaxConcurrentCalls = 8 }, async (message, settlement, token) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                await Task.Yield();
                await settlement.CompleteAsync(token);
                Interlocked.Decrement(ref running);
                handled.Add(Text(message));
                if (handled.Count == Count) all.TrySetResult();
            });
        await pump.StartAsync(Cancellation);
        await all.Task.WaitAsync(Cancellation);
        await pump.StopAsync(Cancellation);

        Assert.Equal(Count, handled.Distinct().Count());
        Assert.Equal(Count, handled.Count);
        Assert.InRange(most, 2, 8);
        Assert.Equal(0, Connection.Health.InFlight);
        await AssertEmptyAsync(NextQueue);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_HandlerThrows_AbandonsUntilDeadLettered()
    {
        await SendAsync(Queue, Text("poison"));
        ConcurrentQueue<int> deliveries = [];

        await using var pump = Connection.CreatePump(Queue, new(), (message, _, _) =>
        {
            deliveries.Enqueue(message.DeliveryCount);
            throw new InvalidDataException("the handler fails");
        });
        await pump.StartAsync(Cancellation);
        var dead = await ReceiveOneAsync(EntityPath.DeadLetterQueue(Queue));
        await dead.Settlement.CompleteAsync(Cancellation);

        Assert.Equal([1, 2, 3], deliveries);
        Assert.Equal("MaxDeliveryCountExceeded", dead.Message.DeadLetterReason);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_HandlerDoesNotSettle_Abandons()
    {
        await SendAsync(Queue, Text("forgotten"));
        TaskCompletionSource<int> settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

        await using var pump = Connection.CreatePump(Queue, new(), async (message, settlement, token) =>
        {
            if (message.DeliveryCount == 1) return;
            await settlement.CompleteAsync(token);
            settled.TrySetResult(message.DeliveryCount);
        });
        await pump.StartAsync(Cancellation);

        Assert.Equal(2, await settled.Task.WaitAsync(Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_HandlerOutlastsTheLock_RenewsIt()
    {
        await SendAsync(Queue, Text("long"));
        ConcurrentQueue<int> deliveries = [];
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        await using var pump = Connection.CreatePump(Queue, new(), async (message, settlement, token) =>
        {
            deliveries.Enqueue(message.DeliveryCount);
            await Task.Delay(TimeSpan.FromSeconds(8), TimeProvider.System, token);
            await settlement.CompleteAsync(token);
            done.TrySetResult();
        });
        await pump.StartAsync(Cancellation);
        await done.Task.WaitAsync(Cancellation);

        Assert.Equal([1], deliveries);
        await AssertEmptyAsync(Queue);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_LockLostWhileHandling_SettlementSaysSoAndTheMessageComesBack()
    {
        await SendAsync(Queue, Text("lost"));
        TaskCompletionSource<MessagingException> lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<int> again = new(TaskCreationOptions.RunContinuationsAsynchronously);

        MessagePumpOptions options = new() { MaxConcurrentCalls = 2, MaxAutoLockRenewal = TimeSpan.Zero };
        await using var pump = Connection.CreatePump(Queue, options, async (message, settlement, token) =>
        {
            if (message.DeliveryCount > 1)
            {
                await settlement.CompleteAsync(token);
                again.TrySetResult(message.DeliveryCount);
                return;
            }

            await again.Task.WaitAsync(token);
            lost.TrySetResult(await Assert.ThrowsAsync<MessagingException>(() => settlement.CompleteAsync(token)));
        });
        await pump.StartAsync(Cancellation);

        Assert.Equal(2, await again.Task.WaitAsync(Cancellation));
        Assert.Equal(MessagingFault.LockLost, (await lost.Task.WaitAsync(Cancellation)).Fault);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_Stopped_LetsHandlersFinishAndLeavesNothingLocked()
    {
        await using var sender = Connection.CreateSender(NextQueue);
        await sender.SendBatchAsync([.. Enumerable.Range(0, 50).Select(i => Text($"{i}"))], Cancellation);
        TaskCompletionSource fourRunning = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource letGo = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = 0;
        var completed = 0;

        MessagePumpOptions options = new() { MaxConcurrentCalls = 4, Prefetch = 8 };
        await using var pump = Connection.CreatePump(NextQueue, options, async (_, settlement, token) =>
        {
            if (Interlocked.Increment(ref begun) == 4) fourRunning.TrySetResult();
            await letGo.Task.WaitAsync(token);
            await settlement.CompleteAsync(token);
            Interlocked.Increment(ref completed);
        });
        await pump.StartAsync(Cancellation);
        await fourRunning.Task.WaitAsync(Cancellation);
        var stopping = pump.StopAsync(Cancellation);
        letGo.SetResult();
        await stopping;

        Assert.Equal(4, begun);
        Assert.Equal(4, completed);
        await using var receiver = Connection.CreateReceiver(NextQueue);
        var rest = await receiver.ReceiveAsync(100, Soon, Cancellation);
        foreach (var message in rest) await message.Settlement.CompleteAsync(Cancellation);
        Assert.Equal(46, rest.Count);
        Assert.All(rest, message => Assert.Equal(1, message.Message.DeliveryCount));
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_StoppedWithoutPatience_CancelsHandlersAndAbandons()
    {
        await SendAsync(Queue, Text("stuck"));
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        await using var pump = Connection.CreatePump(Queue, new(), async (_, _, token) =>
        {
            begun.TrySetResult();
            await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        await pump.StartAsync(Cancellation);
        await begun.Task.WaitAsync(Cancellation);
        await pump.StopAsync(new CancellationToken(canceled: true));
        var (message, settlement) = await ReceiveOneAsync(Queue);
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal(2, message.DeliveryCount);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_OnUnknownEntity_TellsOnceAndGoesOn()
    {
        TaskCompletionSource<MessagingException> told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        MessagePumpOptions options = new() { OnFault = fault => told.TrySetResult(fault) };
        await using var pump = Connection.CreatePump("no-such-queue", options, (_, _, _) => Task.CompletedTask);
        await pump.StartAsync(Cancellation);
        var fault = await told.Task.WaitAsync(Cancellation);

        Assert.Equal(MessagingFault.EntityNotFound, fault.Fault);
        Assert.Contains("CCR4001", Connection.Health.LastError, StringComparison.Ordinal);
        Assert.NotNull(Connection.Health.ConnectedSince);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_OnSubscription_ForwardsToTheNextQueue()
    {
        await SendAsync(Topic, Text("hop"));
        TaskCompletionSource forwarded = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var next = Connection.CreateSender(NextQueue);

        await using var pump = Connection.CreatePump(
            EntityPath.Subscription(Topic, "all"), new(), async (message, settlement, token) =>
            {
                await next.SendAsync(message.ToOutgoing(message.MessageId), token);
                await settlement.CompleteAsync(token);
                forwarded.TrySetResult();
            });
        await pump.StartAsync(Cancellation);
        await forwarded.Task.WaitAsync(Cancellation);
        var (message, settlement) = await ReceiveOneAsync(NextQueue);
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal("hop", Text(message));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value)
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen) return;
        }
    }
}
