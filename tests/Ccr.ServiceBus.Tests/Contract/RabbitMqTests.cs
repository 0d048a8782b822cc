using System.Collections.Concurrent;
using System.Text;
using Ccr.ServiceBus.Tests.Support;

namespace Ccr.ServiceBus.Tests.Contract;

/// <summary>The plain part of the contract (send, receive, settle) against an AMQP 1.0 broker that is no Service Bus.</summary>
public sealed class RabbitMqTests : IClassFixture<RabbitMq>, IAsyncLifetime
{
    private const int Timeout = 60_000;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly ServiceBusConnection _connection;
    private readonly string _queue = $"/queue/{Guid.NewGuid():N}";
    private readonly MessageReceiver _receiver;

    public RabbitMqTests(RabbitMq broker)
    {
        Assert.SkipUnless(RabbitMq.IsInstalled, "rabbitmq-server is not installed (Debian: apt-get install rabbitmq-server).");
        _connection = new(new() { Connection = TestBroker.ConnectionString(broker.Port), IsServiceBus = false });
        _receiver = _connection.CreateReceiver(_queue);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    [Fact(Timeout = Timeout)]
    public async Task Send_Properties_ArriveUnchanged()
    {
        await SendAsync(new OutgoingMessage
        {
            Body = "a body"u8.ToArray(),
            MessageId = "m-1",
            CorrelationId = "c-1",
            ContentType = "application/json",
            ApplicationProperties = new Dictionary<string, object> { ["text"] = "text", ["number"] = 42L },
        });

        var (message, settlement) = await ReceiveOneAsync();
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal("a body", Encoding.UTF8.GetString(message.Body.Span));
        Assert.Equal("m-1", message.MessageId);
        Assert.Equal("c-1", message.CorrelationId);
        Assert.Equal("application/json", message.ContentType);
        Assert.Equal("text", message.ApplicationProperties["text"]);
        Assert.Equal(42L, message.ApplicationProperties["number"]);
    }

    [Fact(Timeout = Timeout)]
    public async Task Complete_RemovesTheMessage()
    {
        await SendAsync(new OutgoingMessage());

        var (_, settlement) = await ReceiveOneAsync();
        await settlement.CompleteAsync(Cancellation);

        Assert.Empty(await _receiver.ReceiveAsync(1, TimeSpan.FromMilliseconds(500), Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Receive_LinkClosedUnsettled_ComesAgain()
    {
        await SendAsync(new OutgoingMessage { MessageId = "again" });

        await using (var leaving = _connection.CreateReceiver(_queue))
            Assert.Single(await leaving.ReceiveAsync(1, Soon, Cancellation));
        var (message, settlement) = await ReceiveOneAsync();
        await settlement.CompleteAsync(Cancellation);

        Assert.Equal("again", message.MessageId);
    }

    [Fact(Timeout = Timeout)]
    public async Task Pump_ManyMessages_HandlesEachOnce()
    {
        const int Count = 1000;
        ConcurrentBag<string> handled = [];
        TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var sender = _connection.CreateSender(_queue);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(
            i => sender.SendAsync(new OutgoingMessage { MessageId = $"{i}" }, Cancellation)));

        // One at a time: RabbitMQ 3 hands new credit to its queue without taking off what is on its way already, and then
        // delivers more than it may.
        await using var pump = _connection.CreatePump(_queue, new() { MaxConcurrentCalls = 1 }, async (message, settlement, token) =>
        {
            await settlement.CompleteAsync(token);
            handled.Add(message.MessageId!);
            if (handled.Count == Count) all.TrySetResult();
        });
        await pump.StartAsync(Cancellation);
        await all.Task.WaitAsync(Cancellation);
        var fault = _connection.Health.LastError;
        // RabbitMQ 3.10 fails when asked to drain, and ends the link; stopping must survive that too.
        await pump.StopAsync(Cancellation);

        Assert.Equal(Count, handled.Distinct().Count());
        Assert.Equal(Count, handled.Count);
        Assert.Equal(0, _connection.Health.InFlight);
        Assert.Null(fault);
    }

    private async Task SendAsync(OutgoingMessage message)
    {
        await using var sender = _connection.CreateSender(_queue);
        await sender.SendAsync(message, Cancellation);
    }

    private async Task<LockedMessage> ReceiveOneAsync() =>
        Assert.Single(await _receiver.ReceiveAsync(1, Soon, Cancellation));
}
