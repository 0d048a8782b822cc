namespace Ccr.ServiceBus.Tests.Contract;

public abstract partial class BrokerContract
{
    [Fact(Timeout = Timeout)]
    public async Task Send_EveryProperty_ArrivesUnchanged()
    {
        var id = Guid.NewGuid();
        var sent = Text("a body") with
        {
            MessageId = "m-1",
            CorrelationId = "c-1",
            Subject = "about",
            ContentType = "application/json",
            TimeToLive = TimeSpan.FromMinutes(10),
            ApplicationProperties = new Dictionary<string, object>
            {
                ["text"] = "täxt",
                ["number"] = 42,
                ["long"] = 1L << 40,
                ["flag"] = true,
                ["id"] = id,
                ["half"] = 0.5,
                ["at"] = new DateTimeOffset(2003, 11, 11, 8, 30, 0, TimeSpan.FromHours(1)),
            },
        };

        await SendAsync(Queue, sent);
        var (received, settlement) = await ReceiveOneAsync(Queue);
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal("a body", Text(received));
        Assert.Equal("m-1", received.MessageId);
        Assert.Equal("c-1", received.CorrelationId);
        Assert.Equal("about", received.Subject);
        Assert.Equal("application/json", received.ContentType);
        Assert.Equal("täxt", received.ApplicationProperties["text"]);
        Assert.Equal(42, received.ApplicationProperties["number"]);
        Assert.Equal(1L << 40, received.ApplicationProperties["long"]);
        Assert.Equal(true, received.ApplicationProperties["flag"]);
        Assert.Equal(id, received.ApplicationProperties["id"]);
        Assert.Equal(0.5, received.ApplicationProperties["half"]);
        Assert.Equal(new DateTime(2003, 11, 11, 7, 30, 0, DateTimeKind.Utc), received.ApplicationProperties["at"]);
        Assert.Equal(1, received.DeliveryCount);
        Assert.True(received.SequenceNumber > 0);
        Assert.NotEqual(Guid.Empty, received.LockToken);
        Assert.True(received.LockedUntil > received.EnqueuedTime);
        Assert.Equal(received.EnqueuedTime.AddMinutes(10), received.ExpiresAt, TimeSpan.FromSeconds(5));
        Assert.Null(received.DeadLetterReason);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ToUnknownEntity_NamesItAndSaysWhatToDo()
    {
        await using var sender = Connection.CreateSender("no-such-queue");

        var fault = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(Text("lost"), Cancellation));

        Assert.Equal(MessagingFault.EntityNotFound, fault.Fault);
        Assert.False(fault.IsTransient);
        Assert.StartsWith("CCR4001: The Service Bus entity 'no-such-queue' does not exist.", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_LargerThanTheEntityTakes_IsRefusedBeforeItIsSent()
    {
        await using var sender = Connection.CreateSender(Queue);
        var tooLarge = new OutgoingMessage { Body = new byte[101 * 1024 * 1024] };

        var fault = await Assert.ThrowsAsync<MessagingException>(() => sender.SendAsync(tooLarge, Cancellation));

        Assert.Equal(MessagingFault.MessageTooLarge, fault.Fault);
        await SendAsync(Queue, Text("the link still works"));
        var next = await ReceiveOneAsync(Queue);
        await next.Settlement.CompleteAsync(Cancellation);
        Assert.Equal("the link still works", Text(next.Message));
    }

    [Fact(Timeout = Timeout)]
    public async Task SendBatch_MoreThanOneTransferTakes_ArrivesWholeAndInOrder()
    {
        await using var sender = Connection.CreateSender(Queue);
        var messages = Enumerable.Range(0, 60)
            .Select(i => new OutgoingMessage { MessageId = $"b-{i}", Body = Enumerable.Repeat((byte)i, 10_000).ToArray() })
            .ToList();

        await sender.SendBatchAsync(messages, Cancellation);
        List<ReceivedMessage> received = [];
        await using var receiver = Connection.CreateReceiver(Queue);
        while (received.Count < messages.Count)
        {
            foreach (var (message, settlement) in await receiver.ReceiveAsync(60 - received.Count, Soon, Cancellation))
            {
                await settlement.CompleteAsync(Cancellation);
                received.Add(message);
            }
        }

        Assert.Equal(messages.Select(message => message.MessageId), received.Select(message => message.MessageId));
        Assert.All(received, (message, i) => Assert.Equal(messages[i].Body.ToArray(), message.Body.ToArray()));
    }

    [Fact(Timeout = Timeout)]
    public async Task SendBatch_OneMessageTooLarge_SendsNone()
    {
        await using var sender = Connection.CreateSender(Queue);
        var tooLarge = new OutgoingMessage { Body = new byte[101 * 1024 * 1024] };

        var fault = await Assert.ThrowsAsync<MessagingException>(
            () => sender.SendBatchAsync([Text("fits"), tooLarge], Cancellation));

        Assert.Equal(MessagingFault.MessageTooLarge, fault.Fault);
        await AssertEmptyAsync(Queue);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_Scheduled_AppearsLater()
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(2);

        await SendAsync(Queue, Text("later") with { ScheduledEnqueueTime = due });
        await AssertEmptyAsync(Queue);
        var (message, settlement) = await ReceiveOneAsync(Queue);
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal("later", Text(message));
        Assert.True(message.EnqueuedTime >= due.AddSeconds(-1));
    }

    [Fact(Timeout = Timeout)]
    public async Task Schedule_Cancelled_NeverAppears()
    {
        await using var sender = Connection.CreateSender(Queue);
        var due = TimeProvider.System.GetUtcNow().AddSeconds(1);

        var number = await sender.ScheduleAsync(Text("taken back"), due, Cancellation);
        var kept = await sender.ScheduleAsync(Text("kept"), due, Cancellation);
        await sender.CancelScheduledAsync(number, Cancellation);
        var (message, settlement) = await ReceiveOneAsync(Queue);
        await settlement.CompleteAsync(Cancellation);

        Assert.NotEqual(number, kept);
        Assert.Equal("kept", Text(message));
        await AssertEmptyAsync(Queue);
    }

    [Fact(Timeout = Timeout)]
    public async Task CancelScheduled_NotThere_SaysSo()
    {
        await using var sender = Connection.CreateSender(Queue);

        var fault = await Assert.ThrowsAsync<MessagingException>(
            () => sender.CancelScheduledAsync(987_654_321, Cancellation));

        Assert.Equal(MessagingFault.MessageNotFound, fault.Fault);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ToTopic_ReachesTheSubscriptionsWhoseRulesMatch()
    {
        var fromAgent = Text("agent") with { ApplicationProperties = new Dictionary<string, object> { ["via"] = "agent" } };
        var all = EntityPath.Subscription(Topic, "all");
        var agents = EntityPath.Subscription(Topic, "agents");

        await SendAsync(Topic, Text("host"), fromAgent);
        var first = await ReceiveOneAsync(all);
        await first.Settlement.CompleteAsync(Cancellation);
        var second = await ReceiveOneAsync(all);
        await second.Settlement.CompleteAsync(Cancellation);
        var only = await ReceiveOneAsync(agents);
        await only.Settlement.CompleteAsync(Cancellation);

        Assert.Equal(["agent", "host"], new[] { Text(first.Message), Text(second.Message) }.Order());
        Assert.Equal("agent", Text(only.Message));
        await AssertEmptyAsync(agents);
    }
}
