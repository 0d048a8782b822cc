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

    private static void AssertCertain(Core.Results.ReasonCode reason, MessagingException? fault) =>
        Assert.Equal((reason, true), (fault!.Reason, fault.IsCertainlyNotSent));

    private static async Task<MessagingException?> SendAsync(string connectionString, string entity, string body)
    {
        var options = TestBroker.Hasty(connectionString);
        options.OperationTimeout = TimeSpan.FromSeconds(5);
        await using var connection = new ServiceBusConnection(options);
        return await Record.ExceptionAsync(() => connection.SendOnceAsync(entity, new ServiceBusMessage(body), Stop)) as MessagingException;
    }
}
