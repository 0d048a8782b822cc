using Azure.Messaging.ServiceBus;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;

namespace Ccr.Hosting.Tests.ServiceBus;

public sealed class SenderTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Send_ManyAtOnce_EachArrivesOnce()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateSender("q");

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => sender.SendAsync(new ServiceBusMessage($"{number}") { MessageId = $"{number}" }, Stop)));

        await using var receiver = connection.CreateReceiver("q");
        var ids = new List<string>();
        for (long next = 0; await receiver.PeekAsync(next, 250, Stop) is { Count: > 0 } page; next = page[^1].SequenceNumber + 1)
            ids.AddRange(page.Select(message => message.MessageId));

        Assert.Equal(Enumerable.Range(0, 1000).Select(number => $"{number}").Order(StringComparer.Ordinal), ids.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_OneOfAGroupIsTooLarge_OnlyThatOneFails()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateSender("q");
        var sends = Enumerable.Range(0, 20).Select(number => sender.SendAsync(new ServiceBusMessage(new byte[number == 7 ? 300 * 1024 : 10]), Stop)).ToList();

        var faults = await Task.WhenAll(sends.Select(send => Record.ExceptionAsync(() => send).AsTask()));

        var fault = Assert.IsType<MessagingException>(Assert.Single(faults, fault => fault is not null));
        Assert.Same(faults[7], fault);
        Assert.Equal(ServiceBusReasons.TooLarge, fault.Reason);
        Assert.Equal(19, broker.GetCounts("q").Active);
        Assert.Null(connection.Health.LastError);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ToAQueueThatDetectsDuplicates_ASecondCopyIsDropped()
    {
        await using var broker = await TestBroker.StartAsync(
            configure: config => config.AddQueue("once", queue => queue with { DuplicateDetectionWindow = TimeSpan.FromMinutes(5) }));
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateSender("once");

        for (var copy = 0; copy < 3; copy++) await sender.SendAsync(new ServiceBusMessage("x") { MessageId = "the same" }, Stop);

        Assert.Equal(1, broker.GetCounts("once").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_Cancelled_Throws()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateSender("q");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sender.SendAsync(new ServiceBusMessage("x"), new CancellationToken(canceled: true)));
    }

    [Fact(Timeout = Timeout)]
    public async Task Send_ToAMissingEntity_FailsForEveryCaller()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateSender("nowhere");

        var faults = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => Record.ExceptionAsync(() => sender.SendAsync(new ServiceBusMessage("x"), Stop)).AsTask()));

        Assert.All(faults, fault => Assert.Equal(ServiceBusReasons.EntityNotFound, Assert.IsType<MessagingException>(fault).Reason));
    }
}
