using Azure.Messaging.ServiceBus;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;

namespace Ccr.Hosting.Tests.ServiceBus;

/// <summary>Whether it is certain that a command was not sent decides whether it may be tried again hours later.</summary>
public sealed class SendOnceTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_ToAQueue_ArrivesOnce()
    {
        await using var broker = await TestBroker.StartAsync();

        Assert.Null(await SendAsync(broker.ConnectionString, "q", "x"));

        Assert.Equal(1, broker.GetCounts("q").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_ToAMissingQueue_WasCertainlyNotSent()
    {
        await using var broker = await TestBroker.StartAsync();

        AssertCertain(ServiceBusReasons.EntityNotFound, await SendAsync(broker.ConnectionString, "nowhere", "x"));
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_WithAWrongKey_WasCertainlyNotSent()
    {
        await using var broker = await TestBroker.StartAsync(key: TestBroker.Key);

        AssertCertain(ServiceBusReasons.Unauthorized, await SendAsync(TestBroker.ConnectionString(broker.Port, "d3Jvbmc="), "q", "x"));
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_WhenNobodyListens_WasCertainlyNotSent()
    {
        var broker = await TestBroker.StartAsync();
        await broker.DisposeAsync();

        AssertCertain(ServiceBusReasons.CannotConnect, await SendAsync(broker.ConnectionString, "q", "x"));
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_MessageThatIsTooLarge_WasCertainlyNotSent()
    {
        await using var broker = await TestBroker.StartAsync();

        AssertCertain(ServiceBusReasons.TooLarge, await SendAsync(broker.ConnectionString, "q", new string('x', 300 * 1024)));
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_ToAFullQueue_WasCertainlyNotSent()
    {
        await using var broker = await TestBroker.StartAsync(maxMessages: 1);
        await SendAsync(broker.ConnectionString, "q", "x");

        AssertCertain(ServiceBusReasons.QuotaExceeded, await SendAsync(broker.ConnectionString, "q", "x"));
        Assert.Equal(1, broker.GetCounts("q").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_ConfirmationIsLost_MayHaveBeenSentAndIsThereOnce()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var relay = new TcpRelay(broker.Port) { MuteAfter = "the body of the message" };

        var fault = await SendAsync(TestBroker.ConnectionString(relay.Port), "q", "the body of the message");

        Assert.Equal((ServiceBusReasons.Unconfirmed, false), (fault!.Reason, fault.IsCertainlyNotSent));
        Assert.Equal(1, broker.GetCounts("q").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_ManyAtOnce_EachArrivesOnce()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateOnceSender("q");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => sender.SendAsync(new ServiceBusMessage($"{number}"), Stop)));

        Assert.Equal(50, broker.GetCounts("q").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_AfterTheLinkBroke_OpensAnotherAndKnowsAgain()
    {
        var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateOnceSender("q");
        Assert.Null(await SendAsync(sender, "before"));
        var port = broker.Port;
        await broker.DisposeAsync();

        // Over the link that broke it may be uncertain; at the latest then a new one is opened, of which it is known that it cannot be.
        if (await SendAsync(sender, "meanwhile") is { IsCertainlyNotSent: false })
            AssertCertain(ServiceBusReasons.CannotConnect, await SendAsync(sender, "then"));

        await using var again = await TestBroker.StartAsync(port: port);
        Assert.Null(await SendAsync(sender, "after"));
        Assert.Equal(1, again.GetCounts("q").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task SendOnce_OneIsTooLarge_TheOthersArrive()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateOnceSender("q");

        var faults = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => SendAsync(sender, new string('x', number == 7 ? 300 * 1024 : 10))));

        AssertCertain(ServiceBusReasons.TooLarge, Assert.Single(faults, fault => fault is not null));
        Assert.Equal(19, broker.GetCounts("q").Active);
    }

    private static void AssertCertain(Core.Results.ReasonCode reason, MessagingException? fault) =>
        Assert.Equal((reason, true), (fault!.Reason, fault.IsCertainlyNotSent));

    private static async Task<MessagingException?> SendAsync(string connectionString, string entity, string body)
    {
        var options = TestBroker.Hasty(connectionString);
        options.OperationTimeout = TimeSpan.FromSeconds(5);
        await using var connection = new ServiceBusConnection(options);
        await using var sender = connection.CreateOnceSender(entity);
        return await SendAsync(sender, body);
    }

    private static async Task<MessagingException?> SendAsync(OnceSender sender, string body) =>
        await Record.ExceptionAsync(() => sender.SendAsync(new ServiceBusMessage(body), Stop)) as MessagingException;
}
