using Ccr.EmbeddedServiceBus.Configuration;

namespace Ccr.EmbeddedServiceBus.Tests.Wire;

public sealed class SendAndReceiveTests
{
    [Fact(Timeout = 30_000)]
    public async Task Receive_AfterSend_DeliversTheMessageWithBrokerAnnotations()
    {
        await using var broker = await StartAsync(TestContext.Current.CancellationToken);
        await using var client = await AmqpClient.ConnectAsync(broker.Port);

        await client.SendAsync("q", "hello");
        var message = await AmqpClient.ReceiveAsync(client.Receiver("/q"));

        Assert.NotNull(message);
        Assert.Equal("hello", AmqpClient.Text(message));
        Assert.Equal(16, message.DeliveryTag.Length);
        Assert.Equal(1L, AmqpClient.Annotation<long>(message, "x-opt-sequence-number"));
        Assert.Equal(0u, message.Header.DeliveryCount);
        Assert.Equal(new EntityCounts(0, 1, 0, 0, 0), broker.GetCounts("q"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Accept_OfAReceivedMessage_RemovesIt()
    {
        await using var broker = await StartAsync(TestContext.Current.CancellationToken);
        await using var client = await AmqpClient.ConnectAsync(broker.Port);
        await client.SendAsync("q", "hello");
        var receiver = client.Receiver("q");
        var message = await AmqpClient.ReceiveAsync(receiver);

        receiver.Accept(message);
        await client.SendAsync("q", "second");
        var next = await AmqpClient.ReceiveAsync(receiver);

        Assert.Equal("second", AmqpClient.Text(next!));
        Assert.Equal(new EntityCounts(0, 1, 0, 0, 0), broker.GetCounts("q"));
    }

    private static Task<EmbeddedBroker> StartAsync(CancellationToken ct) => EmbeddedBroker.StartAsync(
        new EmbeddedBrokerOptions { Config = new ServiceBusConfig().AddQueue("q").AddTopic("t", "s") }, ct: ct);
}
