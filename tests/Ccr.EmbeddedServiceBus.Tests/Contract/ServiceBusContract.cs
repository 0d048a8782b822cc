using Azure.Messaging.ServiceBus;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

/// <summary>
/// What Microsoft's client and a Service Bus promise each other. One class derives from this for each broker; all of them have the entities of
/// <c>Contract/entities.json</c>, in the format of the official emulator.
/// </summary>
public abstract partial class ServiceBusContract : IAsyncLifetime
{
    /// <summary>A message is dead-lettered after three deliveries.</summary>
    protected const string Queue = "contract";

    /// <summary>Other queues forward to it.</summary>
    protected const string NextQueue = "contract-next";

    /// <summary>Its locks last five seconds, those of the others a minute.</summary>
    protected const string HastyQueue = "contract-hasty";

    protected const string Topic = "contract-topic";

    private const int Timeout = 60_000;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private ServiceBusClient? _client;

    protected ServiceBusClient Client => _client!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _client = new ServiceBusClient(await StartBrokerAsync());
        if (KeepsMessages)
            await EmptyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_client is not null)
            await _client.DisposeAsync();
        await StopBrokerAsync();
    }

    /// <summary>Starts or finds the broker.</summary>
    /// <returns>Its connection string.</returns>
    protected abstract Task<string> StartBrokerAsync();

    protected virtual Task StopBrokerAsync() => Task.CompletedTask;

    /// <summary>Whether messages of an earlier run may be left in the entities.</summary>
    protected virtual bool KeepsMessages => false;

    private async Task SendAsync(string entity, params ServiceBusMessage[] messages)
    {
        await using var sender = Client.CreateSender(entity);
        foreach (var message in messages)
            await sender.SendMessageAsync(message, Cancellation);
    }

    private ServiceBusReceiver Receiver(string queue, SubQueue part = SubQueue.None) =>
        Client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = part });

    private static async Task<ServiceBusReceivedMessage> ReceiveOneAsync(ServiceBusReceiver receiver)
    {
        var message = await receiver.ReceiveMessageAsync(Soon, Cancellation);
        Assert.NotNull(message);
        return message;
    }

    /// <summary>Receives one message and completes it.</summary>
    private async Task<ServiceBusReceivedMessage> TakeOneAsync(string queue, SubQueue part = SubQueue.None)
    {
        await using var receiver = Receiver(queue, part);
        var message = await ReceiveOneAsync(receiver);
        await receiver.CompleteMessageAsync(message, Cancellation);
        return message;
    }

    private async Task<ServiceBusReceivedMessage> TakeOneFromSubscriptionAsync(string subscription)
    {
        await using var receiver = Client.CreateReceiver(Topic, subscription);
        var message = await ReceiveOneAsync(receiver);
        await receiver.CompleteMessageAsync(message, Cancellation);
        return message;
    }

    private async Task AssertEmptyAsync(string queue)
    {
        await using var receiver = Receiver(queue);
        Assert.Null(await receiver.ReceiveMessageAsync(Moment, Cancellation));
    }

    private static Task<ServiceBusException> FailsAsync(ServiceBusFailureReason reason, Func<Task> act) => FailsAsync<object?>(reason, async () =>
    {
        await act();
        return null;
    });

    private static async Task<ServiceBusException> FailsAsync<T>(ServiceBusFailureReason reason, Func<Task<T>> act)
    {
        var fault = await Assert.ThrowsAsync<ServiceBusException>(async () => await act());
        Assert.Equal(reason, fault.Reason);
        return fault;
    }

    private async Task EmptyAsync()
    {
        string[] paths =
        [
            Queue, NextQueue, HastyQueue, "contract-once", "contract-brief", "contract-frail", $"{Topic}/Subscriptions/all", $"{Topic}/Subscriptions/agents",
        ];
        foreach (var path in paths.Concat(paths.Select(p => p + "/$DeadLetterQueue")))
        {
            await using var receiver = Client.CreateReceiver(path, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
            while ((await receiver.ReceiveMessagesAsync(100, Moment, Cancellation)).Count > 0)
                Assert.False(Cancellation.IsCancellationRequested);
        }
    }
}
