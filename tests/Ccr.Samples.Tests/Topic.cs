using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Ccr.Core.Results;
using Ccr.EmbeddedServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.Samples.Tests;

/// <summary>An embedded Service Bus with the samples' entities, but without a memory for doubles: it is as if each came after the topic forgot it.</summary>
internal sealed class Topic : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    private readonly EmbeddedBroker _broker;
    private readonly ServiceBusClient _client;
    private readonly ServiceBusSender _sender;

    private Topic(EmbeddedBroker broker)
    {
        _broker = broker;
        _client = new ServiceBusClient(broker.ConnectionString);
        _sender = _client.CreateSender("ccr-results");
    }

    /// <param name="withRules">Without them every message comes to every subscription, as with a forgotten <c>$Default</c>.</param>
    public static async Task<Topic> StartAsync(bool withRules = true)
    {
        var config = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Config.json"), TestContext.Current.CancellationToken))!;
        var topic = config["UserConfig"]!["Namespaces"]![0]!["Topics"]![0]!;
        topic["Properties"]!["RequiresDuplicateDetection"] = false;
        topic["Properties"]!.AsObject().Remove("DuplicateDetectionHistoryTimeWindow");
        if (!withRules) foreach (var subscription in topic["Subscriptions"]!.AsArray()) subscription!.AsObject().Remove("Rules");
        return new Topic(await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Config = ServiceBusConfig.Parse(config.ToJsonString()) }));
    }

    public async Task<SubscriptionConsumer> ConsumeAsync(string subscription, IMessageUse use, RetryPlan? plan = null)
    {
        plan ??= new RetryPlan { FirstWait = TimeSpan.FromMilliseconds(1), LongestWait = TimeSpan.FromMilliseconds(2), Tries = 3 };
        var consumer = new SubscriptionConsumer(_client, subscription, use, plan, TimeProvider.System, _ => { });
        await consumer.StartAsync();
        return consumer;
    }

    /// <summary>Publishes as the product does.</summary>
    public async Task PublishAsync(params ResultMessage[] messages)
    {
        foreach (var message in messages)
        {
            var outgoing = new ServiceBusMessage(message.Body)
            {
                MessageId = message.MessageId,
                CorrelationId = message.CorrelationId,
                Subject = message.Subject,
                ContentType = ResultMessage.ContentType,
            };
            foreach (var (name, value) in message.Properties) outgoing.ApplicationProperties[name] = value;
            await _sender.SendMessageAsync(outgoing, TestContext.Current.CancellationToken);
        }
    }

    public string ConnectionString => _broker.ConnectionString;

    public EntityCounts Counts(string subscription) => _broker.GetCounts($"ccr-results/Subscriptions/{subscription}");

    /// <summary>Waits until every message of a subscription is settled; the test's time-out ends a wait in vain.</summary>
    public Task SettledAsync(string subscription) => IsTrueAsync(() => Counts(subscription) is { Active: 0, Locked: 0 });

    public static async Task IsTrueAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(Interval, TimeProvider.System, TestContext.Current.CancellationToken);
    }

    /// <summary>The one dead letter.</summary>
    public async Task<ServiceBusReceivedMessage> TakeDeadLetterAsync(string subscription)
    {
        await using var receiver = _client.CreateReceiver(
            "ccr-results", subscription,
            new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter, ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
        return await receiver.ReceiveMessageAsync(cancellationToken: TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }
}
