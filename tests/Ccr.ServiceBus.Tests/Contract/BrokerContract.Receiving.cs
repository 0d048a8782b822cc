namespace Ccr.ServiceBus.Tests.Contract;

public abstract partial class BrokerContract
{
    [Fact(Timeout = Timeout)]
    public async Task Complete_RemovesTheMessage()
    {
        await SendAsync(Queue, Text("done"));

        var (_, settlement) = await ReceiveOneAsync(Queue);
        await settlement.CompleteAsync(Cancellation);

        await AssertEmptyAsync(Queue);
        await Assert.ThrowsAsync<InvalidOperationException>(() => settlement.CompleteAsync(Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Abandon_WithProperties_ComesBackAtOnceWithThem()
    {
        await SendAsync(Queue, Text("again"));

        var first = await ReceiveOneAsync(Queue);
        await first.Settlement.AbandonAsync(new Dictionary<string, object> { ["tried"] = 1 }, Cancellation);
        var second = await ReceiveOneAsync(Queue);
        await second.Settlement.CompleteAsync(Cancellation);

        Assert.Equal(2, second.Message.DeliveryCount);
        Assert.Equal(1, second.Message.ApplicationProperties["tried"]);
        Assert.Equal(first.Message.SequenceNumber, second.Message.SequenceNumber);
    }

    [Fact(Timeout = Timeout)]
    public async Task Abandon_MaxDeliveryCountTimes_DeadLetters()
    {
        await SendAsync(Queue, Text("poison"));

        for (var i = 0; i < 3; i++) await (await ReceiveOneAsync(Queue)).Settlement.AbandonAsync(null, Cancellation);
        var dead = await ReceiveOneAsync(EntityPath.DeadLetterQueue(Queue));
        await dead.Settlement.CompleteAsync(Cancellation);

        Assert.Equal("MaxDeliveryCountExceeded", dead.Message.DeadLetterReason);
        Assert.Equal("poison", Text(dead.Message));
    }

    [Fact(Timeout = Timeout)]
    public async Task DeadLetter_WithReason_IsInTheDeadLetterQueueWithIt()
    {
        await SendAsync(Queue, Text("bad"));

        var (_, settlement) = await ReceiveOneAsync(Queue);
        await settlement.DeadLetterAsync("CCR1003", "The event names no machine.", Cancellation);
        var dead = await ReceiveOneAsync(EntityPath.DeadLetterQueue(Queue));
        await dead.Settlement.CompleteAsync(Cancellation);

        Assert.Equal("CCR1003", dead.Message.DeadLetterReason);
        Assert.Equal("The event names no machine.", dead.Message.DeadLetterErrorDescription);
        Assert.Equal("bad", Text(dead.Message));
        await AssertEmptyAsync(Queue);
    }

    [Fact(Timeout = Timeout)]
    public async Task DeadLetter_ReasonTooLong_IsCut()
    {
        await SendAsync(Queue, Text("bad"));

        var (_, settlement) = await ReceiveOneAsync(Queue);
        await settlement.DeadLetterAsync(new string('r', 5000), new string('d', 5000), Cancellation);
        var dead = await ReceiveOneAsync(EntityPath.DeadLetterQueue(Queue));
        await dead.Settlement.CompleteAsync(Cancellation);

        Assert.Equal(4096, dead.Message.DeadLetterReason!.Length);
        Assert.Equal(4096, dead.Message.DeadLetterErrorDescription!.Length);
    }

    [Fact(Timeout = Timeout)]
    public async Task Defer_IsHadOnlyByItsSequenceNumber()
    {
        await SendAsync(Queue, Text("aside"));

        var (message, settlement) = await ReceiveOneAsync(Queue);
        await settlement.DeferAsync(new Dictionary<string, object> { ["why"] = "window" }, Cancellation);
        await AssertEmptyAsync(Queue);
        await using var receiver = Connection.CreateReceiver(Queue);
        var deferred = Assert.Single(await receiver.ReceiveDeferredAsync([message.SequenceNumber], Cancellation));
        await deferred.Settlement.CompleteAsync(Cancellation);

        Assert.Equal("aside", Text(deferred.Message));
        Assert.Equal("window", deferred.Message.ApplicationProperties["why"]);
        var fault = await Assert.ThrowsAsync<MessagingException>(
            () => receiver.ReceiveDeferredAsync([message.SequenceNumber], Cancellation));
        Assert.Equal(MessagingFault.MessageNotFound, fault.Fault);
    }

    [Fact(Timeout = Timeout)]
    public async Task Peek_ShowsMessagesInOrderAndLocksNone()
    {
        await SendAsync(Queue, Text("1"), Text("2"), Text("3"));
        await using var receiver = Connection.CreateReceiver(Queue);

        var firstPage = await receiver.PeekAsync(0, 2, Cancellation);
        var secondPage = await receiver.PeekAsync(firstPage[^1].SequenceNumber + 1, 2, Cancellation);
        var end = await receiver.PeekAsync(secondPage[^1].SequenceNumber + 1, 2, Cancellation);
        var locked = await receiver.ReceiveAsync(3, Soon, Cancellation);
        foreach (var message in locked) await message.Settlement.CompleteAsync(Cancellation);

        Assert.Equal(["1", "2"], firstPage.Select(Text));
        Assert.Equal(["3"], secondPage.Select(Text));
        Assert.Empty(end);
        Assert.Equal(3, locked.Count);
        Assert.All(firstPage, message => Assert.Equal(0, message.DeliveryCount));
    }

    [Fact(Timeout = Timeout)]
    public async Task Receive_FewerThanAsked_ReturnsWhatThereIsAndLeavesNoCredit()
    {
        await SendAsync(Queue, Text("one"), Text("two"));
        await using var receiver = Connection.CreateReceiver(Queue);

        var batch = await receiver.ReceiveAsync(10, Soon, Cancellation);
        foreach (var message in batch) await message.Settlement.CompleteAsync(Cancellation);
        await SendAsync(Queue, Text("three"));
        var other = await ReceiveOneAsync(Queue);
        await other.Settlement.CompleteAsync(Cancellation);

        Assert.Equal(["one", "two"], batch.Select(message => Text(message.Message)));
        Assert.Equal("three", Text(other.Message));
    }

    [Fact(Timeout = Timeout)]
    public async Task Receive_Cancelled_LeavesNoCreditBehind()
    {
        await using var leaving = Connection.CreateReceiver(NextQueue);
        using CancellationTokenSource cancel = new(Moment);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.ReceiveAsync(2, Soon, cancel.Token));
        await SendAsync(NextQueue, Text("for the other"));
        var (message, settlement) = await ReceiveOneAsync(NextQueue);
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal(1, message.DeliveryCount);
    }

    [Fact(Timeout = Timeout)]
    public async Task Settle_AfterTheLinkIsGone_WorksByLockToken()
    {
        await SendAsync(Queue, Text("late"), Text("bad"));

        LockedMessage late, bad;
        await using (var receiver = Connection.CreateReceiver(Queue))
        {
            var batch = await receiver.ReceiveAsync(2, Soon, Cancellation);
            (late, bad) = (batch[0], batch[1]);
        }

        await late.Settlement.CompleteAsync(Cancellation);
        await bad.Settlement.DeadLetterAsync("CCR1003", "why", Cancellation);
        var dead = await ReceiveOneAsync(EntityPath.DeadLetterQueue(Queue));
        await dead.Settlement.CompleteAsync(Cancellation);

        Assert.Equal("CCR1003", dead.Message.DeadLetterReason);
        await AssertEmptyAsync(Queue);
    }

    [Fact(Timeout = Timeout)]
    public async Task Settle_LockExpired_ReportsTheLostLock()
    {
        await SendAsync(Queue, Text("slow"));
        await using var receiver = Connection.CreateReceiver(Queue);
        var slow = Assert.Single(await receiver.ReceiveAsync(1, Soon, Cancellation));

        var again = Assert.Single(await receiver.ReceiveAsync(1, Soon, Cancellation));
        var fault = await Assert.ThrowsAsync<MessagingException>(() => slow.Settlement.CompleteAsync(Cancellation));
        await again.Settlement.CompleteAsync(Cancellation);

        Assert.Equal(MessagingFault.LockLost, fault.Fault);
        Assert.True(slow.Settlement.IsLockLost);
        Assert.Equal(2, again.Message.DeliveryCount);
        Assert.Contains("CCR4010", Connection.Health.LastError, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task RenewLock_KeepsTheMessageBeyondItsLockDuration()
    {
        await SendAsync(Queue, Text("held"));
        await using var receiver = Connection.CreateReceiver(Queue);
        var (message, settlement) = Assert.Single(await receiver.ReceiveAsync(1, Soon, Cancellation));

        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Cancellation);
        var until = await settlement.RenewLockAsync(Cancellation);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, Cancellation);
        await settlement.CompleteAsync(Cancellation);

        Assert.True(until > message.LockedUntil);
        Assert.Equal(until, settlement.LockedUntil);
        await AssertEmptyAsync(Queue);
    }
}
