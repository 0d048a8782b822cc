using Azure.Messaging.ServiceBus;
using Ccr.Hosting.Messaging;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.ServiceBus;

public sealed class WatchExpiryTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>A look would not do: the broker drops what has expired only when somebody receives.</summary>
    [Theory(Timeout = 60_000)]
    [InlineData(30, 1)]
    [InlineData(90, 2)]
    public async Task DropExpired_OldestMessageOfThatManyMinutes_IsReceivedOnlyIfItIsPastAndNeverTaken(int minutes, int deliveriesOfTheNext)
    {
        await using var broker = await TestBroker.StartAsync(configure: config => config.AddTopic("ccr-results", "watch"));
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var topic = connection.CreateSender("ccr-results");
        await topic.SendAsync(new ServiceBusMessage("x"), Stop);

        await new WatchExpiry(connection, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(minutes))).DropExpiredAsync(Stop);

        await using var watch = connection.CreateReceiver("ccr-results/Subscriptions/watch");
        Assert.Equal(deliveriesOfTheNext, Assert.Single(await watch.ReceiveAsync(1, TimeSpan.FromSeconds(20), Stop)).DeliveryCount);
    }
}
