using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

public abstract partial class ServiceBusContract
{
    /// <summary>A value of each type that the client carries, those included that AMQP itself does not know.</summary>
    private static readonly Dictionary<string, object> EveryType = new(StringComparer.Ordinal)
    {
        ["string"] = "täxt",
        ["bool"] = true,
        ["byte"] = (byte)1,
        ["short"] = (short)-2,
        ["int"] = 42,
        ["uint"] = 43u,
        ["long"] = 1L << 40,
        ["ulong"] = ulong.MaxValue,
        ["float"] = 0.25f,
        ["double"] = 0.5,
        ["decimal"] = 1.5m,
        ["char"] = 'x',
        ["guid"] = new Guid("4c1f2f6e-7c1b-4a43-9a55-0d9f6f0f8a11"),
        ["time"] = new DateTime(2003, 11, 11, 7, 30, 0, DateTimeKind.Utc),
        ["offset"] = new DateTimeOffset(2003, 11, 11, 8, 30, 0, TimeSpan.Zero),
        ["span"] = TimeSpan.FromMinutes(90),
        ["uri"] = new Uri("https://example.org/a?b=c"),
    };

    [Fact(Timeout = Timeout)]
    public async Task Send_EveryProperty_ArrivesUnchanged()
    {
        var sent = new ServiceBusMessage("a body")
        {
            MessageId = "m-1",
            CorrelationId = "c-1",
            Subject = "about",
            ContentType = "application/json",
            To = "to",
            ReplyTo = "reply",
            SessionId = "session",
            ReplyToSessionId = "reply-session",
            PartitionKey = "session",
            TimeToLive = TimeSpan.FromMinutes(10),
        };
        foreach (var (key, value) in EveryType)
            sent.ApplicationProperties[key] = value;

        await SendAsync(Queue, sent);
        var received = await TakeOneAsync(Queue);

        Assert.Equal("a body", received.Body.ToString());
        Assert.Equal("m-1", received.MessageId);
        Assert.Equal("c-1", received.CorrelationId);
        Assert.Equal("about", received.Subject);
        Assert.Equal("application/json", received.ContentType);
        Assert.Equal("to", received.To);
        Assert.Equal("reply", received.ReplyTo);
        Assert.Equal("session", received.SessionId);
        Assert.Equal("reply-session", received.ReplyToSessionId);
        Assert.Equal("session", received.PartitionKey);
        Assert.Equal(EveryType, received.ApplicationProperties);
        Assert.Equal(1, received.DeliveryCount);
        Assert.True(received.SequenceNumber > 0);
        Assert.Equal(received.SequenceNumber, received.EnqueuedSequenceNumber);
        Assert.NotEqual(Guid.Empty, Guid.Parse(received.LockToken));
        Assert.True(received.LockedUntil > received.EnqueuedTime);
        Assert.Null(received.DeadLetterReason);
        Assert.Equal(ServiceBusMessageState.Active, received.State);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ValueAndSequenceBodies_ArriveAsTheyAre()
    {
        var value = new ServiceBusMessage(new BinaryData([])) { MessageId = "value" };
        value.GetRawAmqpMessage().Body = AmqpMessageBody.FromValue("text");
        var sequence = new ServiceBusMessage(new BinaryData([])) { MessageId = "sequence" };
        sequence.GetRawAmqpMessage().Body = AmqpMessageBody.FromSequence([[1, "two"]]);

        await SendAsync(Queue, value, sequence);
        var first = (await TakeOneAsync(Queue)).GetRawAmqpMessage().Body;
        var second = (await TakeOneAsync(Queue)).GetRawAmqpMessage().Body;

        Assert.True(first.TryGetValue(out var text));
        Assert.Equal("text", text);
        Assert.True(second.TryGetSequence(out var lists));
        Assert.Equal([1, "two"], Assert.Single(lists!));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ToUnknownEntity_IsRefusedAtOnce()
    {
        await using var sender = Client.CreateSender("no-such-queue");

        var fault = await FailsAsync(ServiceBusFailureReason.MessagingEntityNotFound, () => sender.SendMessageAsync(new("lost"), Cancellation));

        Assert.False(fault.IsTransient);
        Assert.Contains("no-such-queue", fault.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_LargerThanTheEntityTakes_IsRefusedAndTheLinkStillWorks()
    {
        await using var sender = Client.CreateSender(Queue);
        using var batch = await sender.CreateMessageBatchAsync(Cancellation);
        var tooLarge = new ServiceBusMessage(new byte[batch.MaxSizeInBytes]);

        await FailsAsync(ServiceBusFailureReason.MessageSizeExceeded, () => sender.SendMessageAsync(tooLarge, Cancellation));
        await FailsAsync(ServiceBusFailureReason.MessageSizeExceeded, () => sender.SendMessagesAsync([new("fits"), tooLarge], Cancellation));
        await sender.SendMessageAsync(new("next"), Cancellation);

        Assert.Equal("next", (await TakeOneAsync(Queue)).Body.ToString());
        await AssertEmptyAsync(Queue);
    }

    [Fact(Timeout = Timeout)]
    public async Task SendBatch_FilledToItsLimit_ArrivesWholeAndInOrder()
    {
        await using var sender = Client.CreateSender(NextQueue);
        using var batch = await sender.CreateMessageBatchAsync(Cancellation);
        List<string> sent = [];
        while (batch.TryAddMessage(new ServiceBusMessage(new byte[10_000]) { MessageId = $"b-{sent.Count}" }))
            sent.Add($"b-{sent.Count}");

        await sender.SendMessagesAsync(batch, Cancellation);
        List<ServiceBusReceivedMessage> received = [];
        await using var receiver = Receiver(NextQueue);
        while (received.Count < sent.Count)
        {
            foreach (var message in await receiver.ReceiveMessagesAsync(sent.Count - received.Count, Soon, Cancellation))
            {
                await receiver.CompleteMessageAsync(message, Cancellation);
                received.Add(message);
            }
        }

        Assert.True(sent.Count > 20);
        Assert.Equal(sent, received.Select(message => message.MessageId));
        Assert.All(received, message => Assert.Equal(10_000, message.Body.ToMemory().Length));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_Scheduled_AppearsWhenItIsDue()
    {
        var due = TimeProvider.System.GetUtcNow().AddSeconds(2);

        await SendAsync(Queue, new ServiceBusMessage("later") { ScheduledEnqueueTime = due });
        var message = await TakeOneAsync(Queue);

        Assert.Equal("later", message.Body.ToString());
        Assert.Equal(due, message.ScheduledEnqueueTime, TimeSpan.FromMilliseconds(1));
        Assert.True(message.EnqueuedTime >= due.AddSeconds(-1));
    }

    [Fact(Timeout = Timeout)]
    public async Task Schedule_Cancelled_NeverAppears()
    {
        await using var sender = Client.CreateSender(Queue);
        var now = TimeProvider.System.GetUtcNow();

        var numbers = await sender.ScheduleMessagesAsync([new("taken back"), new("taken back too")], now.AddHours(1), Cancellation);
        var kept = await sender.ScheduleMessageAsync(new("kept"), now.AddSeconds(1), Cancellation);
        await sender.CancelScheduledMessagesAsync(numbers, Cancellation);
        var message = await TakeOneAsync(Queue);

        Assert.Equal(3, numbers.Append(kept).Distinct().Count());
        Assert.Equal("kept", message.Body.ToString());
        await using var receiver = Receiver(Queue);
        Assert.Null(await receiver.PeekMessageAsync(cancellationToken: Cancellation));
        await FailsAsync(ServiceBusFailureReason.MessageNotFound, () => sender.CancelScheduledMessageAsync(987_654_321, Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_RepeatedMessageId_IsAcceptedAndDroppedWhereTheQueueDetectsIt()
    {
        var id = Guid.NewGuid().ToString();

        await SendAsync("contract-once", new ServiceBusMessage("first") { MessageId = id }, new ServiceBusMessage("repeat") { MessageId = id });

        Assert.Equal("first", (await TakeOneAsync("contract-once")).Body.ToString());
        await AssertEmptyAsync("contract-once");
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ToAForwardingQueue_ArrivesWhereItForwards()
    {
        await SendAsync("contract-hop", new ServiceBusMessage("hop"));

        Assert.Equal("hop", (await TakeOneAsync(NextQueue)).Body.ToString());
    }
}
