using Azure.Messaging.ServiceBus;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

public abstract partial class ServiceBusContract
{
    [Fact(Timeout = Timeout)]
    public async Task Complete_RemovesTheMessage()
    {
        await SendAsync(Queue, new ServiceBusMessage("done"));

        await using var receiver = Receiver(Queue);
        var message = await ReceiveOneAsync(receiver);
        await receiver.CompleteMessageAsync(message, Cancellation);

        await AssertEmptyAsync(Queue);
        await FailsAsync(ServiceBusFailureReason.MessageLockLost, () => receiver.CompleteMessageAsync(message, Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task ReceiveAndDelete_RemovesTheMessageAtOnce()
    {
        await SendAsync(Queue, new ServiceBusMessage("gone"));

        await using (var receiver = Client.CreateReceiver(Queue, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete }))
            Assert.Equal("gone", (await ReceiveOneAsync(receiver)).Body.ToString());

        await using var peeking = Receiver(Queue);
        Assert.Null(await peeking.PeekMessageAsync(cancellationToken: Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Abandon_WithPropertiesOfEveryType_ComesBackAtOnceWithThem()
    {
        await SendAsync(Queue, new ServiceBusMessage("again"));

        await using var receiver = Receiver(Queue);
        var first = await ReceiveOneAsync(receiver);
        await receiver.AbandonMessageAsync(first, EveryType, Cancellation);
        var second = await ReceiveOneAsync(receiver);
        await receiver.CompleteMessageAsync(second, Cancellation);

        Assert.Equal(2, second.DeliveryCount);
        Assert.Equal(EveryType, second.ApplicationProperties);
        Assert.Equal(first.SequenceNumber, second.SequenceNumber);
    }

    [Fact(Timeout = Timeout)]
    public async Task Abandon_MaxDeliveryCountTimes_DeadLetters()
    {
        await SendAsync(Queue, new ServiceBusMessage("poison"));

        await using var receiver = Receiver(Queue);
        for (var i = 0; i < 3; i++)
            await receiver.AbandonMessageAsync(await ReceiveOneAsync(receiver), cancellationToken: Cancellation);
        var dead = await TakeOneAsync(Queue, SubQueue.DeadLetter);

        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
        Assert.Equal("poison", dead.Body.ToString());
    }

    [Fact(Timeout = Timeout)]
    public async Task DeadLetter_WithReasonAndPropertiesOfEveryType_IsInTheDeadLetterQueueWithThem()
    {
        await SendAsync(Queue, new ServiceBusMessage("bad"));

        await using var receiver = Receiver(Queue);
        await receiver.DeadLetterMessageAsync(await ReceiveOneAsync(receiver), EveryType, "CCR1003", "The event names no machine.", Cancellation);
        var dead = await TakeOneAsync(Queue, SubQueue.DeadLetter);

        Assert.Equal("CCR1003", dead.DeadLetterReason);
        Assert.Equal("The event names no machine.", dead.DeadLetterErrorDescription);
        Assert.Equal("bad", dead.Body.ToString());
        Assert.All(EveryType, property => Assert.Equal(property.Value, dead.ApplicationProperties[property.Key]));
        await AssertEmptyAsync(Queue);
    }

    [Fact(Timeout = Timeout)]
    public async Task DeadLetter_WhereTheQueueForwardsThem_ArrivesThereWithTheReason()
    {
        await SendAsync("contract-frail", new ServiceBusMessage("bad"));

        await using var receiver = Receiver("contract-frail");
        await receiver.AbandonMessageAsync(await ReceiveOneAsync(receiver), cancellationToken: Cancellation);
        var forwarded = await TakeOneAsync(NextQueue);

        Assert.Equal("bad", forwarded.Body.ToString());
        Assert.Equal("MaxDeliveryCountExceeded", forwarded.DeadLetterReason);
        Assert.Equal("contract-frail", forwarded.DeadLetterSource);
    }

    [Fact(Timeout = Timeout)]
    public async Task TransferDeadLetterQueue_CanBeOpenedAndIsEmpty()
    {
        await using var receiver = Receiver(Queue, SubQueue.TransferDeadLetter);

        Assert.Null(await receiver.ReceiveMessageAsync(Moment, Cancellation));
        Assert.Null(await receiver.PeekMessageAsync(cancellationToken: Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Defer_WithPropertiesOfEveryType_IsHadOnlyByItsSequenceNumber()
    {
        await SendAsync(Queue, new ServiceBusMessage("aside"));

        await using var receiver = Receiver(Queue);
        var message = await ReceiveOneAsync(receiver);
        await receiver.DeferMessageAsync(message, EveryType, Cancellation);
        await AssertEmptyAsync(Queue);
        var deferred = await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber, Cancellation);
        await receiver.CompleteMessageAsync(deferred, Cancellation);

        Assert.Equal("aside", deferred.Body.ToString());
        Assert.Equal(ServiceBusMessageState.Deferred, deferred.State);
        Assert.Equal(EveryType, deferred.ApplicationProperties);
        await FailsAsync(ServiceBusFailureReason.MessageNotFound, () => receiver.ReceiveDeferredMessageAsync(message.SequenceNumber, Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Peek_ShowsMessagesInOrderAndLocksNone()
    {
        await SendAsync(Queue, new ServiceBusMessage("1"), new ServiceBusMessage("2"), new ServiceBusMessage("3"));

        await using var receiver = Receiver(Queue);
        var firstPage = await receiver.PeekMessagesAsync(2, fromSequenceNumber: 0, Cancellation);
        var secondPage = await receiver.PeekMessagesAsync(2, cancellationToken: Cancellation);
        var end = await receiver.PeekMessagesAsync(2, cancellationToken: Cancellation);

        Assert.Equal(["1", "2"], firstPage.Select(message => message.Body.ToString()));
        Assert.Equal(["3"], secondPage.Select(message => message.Body.ToString()));
        Assert.Empty(end);
        Assert.All(firstPage, message => Assert.Equal(0, message.DeliveryCount));
        for (var i = 0; i < 3; i++)
            Assert.Equal(1, (await TakeOneAsync(Queue)).DeliveryCount);
    }

    [Fact(Timeout = Timeout)]
    public async Task Receive_FewerThanAsked_ReturnsWhatThereIs()
    {
        await SendAsync(Queue, new ServiceBusMessage("one"), new ServiceBusMessage("two"));

        await using (var receiver = Receiver(Queue))
        {
            var batch = await receiver.ReceiveMessagesAsync(10, Soon, Cancellation);
            foreach (var message in batch)
                await receiver.CompleteMessageAsync(message, Cancellation);
            Assert.Equal(["one", "two"], batch.Select(message => message.Body.ToString()));
        }

        await SendAsync(Queue, new ServiceBusMessage("three"));
        Assert.Equal("three", (await TakeOneAsync(Queue)).Body.ToString());
    }

    [Fact(Timeout = Timeout)]
    public async Task Complete_AfterTheReceiverWasClosed_GoesByTheLockToken()
    {
        await SendAsync(NextQueue, new ServiceBusMessage("held"));
        await using var first = Receiver(NextQueue);
        var message = await ReceiveOneAsync(first);
        await first.CloseAsync(Cancellation);

        await using var second = Receiver(NextQueue);
        await second.CompleteMessageAsync(message, Cancellation);

        Assert.Null(await second.PeekMessageAsync(cancellationToken: Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Complete_LockExpired_ReportsTheLostLock()
    {
        await SendAsync(HastyQueue, new ServiceBusMessage("slow"));
        await using var receiver = Receiver(HastyQueue);
        var slow = await ReceiveOneAsync(receiver);

        var again = await ReceiveOneAsync(receiver);
        await FailsAsync(ServiceBusFailureReason.MessageLockLost, () => receiver.CompleteMessageAsync(slow, Cancellation));
        await FailsAsync(ServiceBusFailureReason.MessageLockLost, () => receiver.RenewMessageLockAsync(slow, Cancellation));
        await receiver.CompleteMessageAsync(again, Cancellation);

        Assert.Equal(2, again.DeliveryCount);
    }

    [Fact(Timeout = Timeout)]
    public async Task RenewLock_GivesTheLockANewEnd()
    {
        await SendAsync(NextQueue, new ServiceBusMessage("held"));
        await using var receiver = Receiver(NextQueue);
        var message = await ReceiveOneAsync(receiver);
        var until = message.LockedUntil;

        // A lock's end is told in whole milliseconds.
        var received = TimeProvider.System.GetUtcNow();
        while (TimeProvider.System.GetUtcNow() - received < TimeSpan.FromMilliseconds(5)) await Task.Yield();
        await receiver.RenewMessageLockAsync(message, Cancellation);
        await receiver.CompleteMessageAsync(message, Cancellation);

        Assert.True(message.LockedUntil > until);
    }
}
