using Azure.Messaging.ServiceBus;
using Ccr.Hosting.ServiceBus;
using Ccr.Hosting.Tests.ServiceBus.Support;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Hosting.Tests.ServiceBus;

/// <summary>What the official client does differently from what the job needs, each closed in the adapter.</summary>
public sealed class ProcessorTests
{
    private const int Timeout = 60_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Timeout)]
    public async Task Process_Message_IsHandledSettledAndCounted()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateSender("q");
        var (begun, mayEnd) = (new TaskCompletionSource<ServiceBusReceivedMessage>(), new TaskCompletionSource());
        await using var processor = connection.CreateProcessor("q", concurrency: 2, async (message, settlement, stop) =>
        {
            begun.SetResult(message);
            await mayEnd.Task.WaitAsync(stop);
            await settlement.CompleteAsync(stop);
        });
        await processor.StartAsync(Stop);

        await sender.SendAsync(new ServiceBusMessage("one"), Stop);

        Assert.Equal("one", (await begun.Task.WaitAsync(Stop)).Body.ToString());
        Assert.Equal(1, connection.Health.InFlight);
        mayEnd.SetResult();
        while (broker.GetCounts("q").Active > 0 || connection.Health.InFlight > 0) await Task.Yield();
        Assert.NotNull(connection.Health.ConnectedSince);
    }

    [Fact(Timeout = Timeout)]
    public async Task Process_MissingEntity_IsSaidOnceAndServedWhenItIsThere()
    {
        var lines = new LogLines();
        var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString), lines);
        var handled = new TaskCompletionSource();
        await using var processor = connection.CreateProcessor("later", concurrency: 32, async (_, settlement, stop) =>
        {
            await settlement.CompleteAsync(stop);
            handled.SetResult();
        });

        await processor.StartAsync(Stop);
        await lines.WaitForAsync("CCR4001", Stop);
        Assert.Contains("CCR4001", connection.Health.LastError);
        var port = broker.Port;
        await broker.DisposeAsync();
        await using var again = await TestBroker.StartAsync(port: port, configure: config => config.AddQueue("later"));
        await using var sender = connection.CreateSender("later");
        await SendWhenPossibleAsync(sender, new ServiceBusMessage("x"));
        await handled.Task.WaitAsync(Stop);

        Assert.Equal(1, lines.Count("CCR4001"));
        Assert.Equal(1, lines.Count("later can be used again"));
    }

    [Fact(Timeout = Timeout)]
    public async Task Process_BrokerRestarted_GoesOnByItself()
    {
        var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        var handled = new SemaphoreSlim(0);
        await using var processor = connection.CreateProcessor("q", concurrency: 4, async (_, settlement, stop) =>
        {
            await settlement.CompleteAsync(stop);
            handled.Release();
        });
        await processor.StartAsync(Stop);
        await using var sender = connection.CreateSender("q");

        for (var round = 0; round < 3; round++)
        {
            await SendWhenPossibleAsync(sender, new ServiceBusMessage("x"));
            await handled.WaitAsync(Stop);
            var port = broker.Port;
            await broker.DisposeAsync();
            broker = await TestBroker.StartAsync(port: port);
        }

        await processor.StopAsync(Stop);
        await broker.DisposeAsync();
    }

    [Fact(Timeout = Timeout)]
    public async Task Complete_LockLost_IsNoFault()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var lines = new LogLines();
        await using var broker = await TestBroker.StartAsync(time: time);
        var options = TestBroker.Hasty(broker.ConnectionString);
        await using var connection = new ServiceBusConnection(options, lines);
        await using var sender = connection.CreateSender("q");
        var settled = new TaskCompletionSource<Exception?>();
        await using var processor = connection.CreateProcessor("q", concurrency: 1, async (message, settlement, stop) =>
        {
            if (settled.Task.IsCompleted)
            {
                await settlement.CompleteAsync(stop);
                return;
            }

            // The broker's clock passes the end of the lock: as far as the client can tell, the completion was not taken.
            time.Advance(message.LockedUntil - time.GetUtcNow() + TimeSpan.FromSeconds(1));
            settled.SetResult(await Record.ExceptionAsync(() => settlement.CompleteAsync(stop)));
        });
        await processor.StartAsync(Stop);

        await sender.SendAsync(new ServiceBusMessage("x"), Stop);

        Assert.Null(await settled.Task.WaitAsync(Stop));
        await lines.WaitForAsync("its completion was not confirmed", Stop);
        Assert.DoesNotContain(lines.All, line => line.Level >= LogLevel.Warning && line.Text.Contains("CCR4010", StringComparison.Ordinal));
        while (broker.GetCounts("q").Active > 0) await Task.Yield();
    }

    [Fact(Timeout = Timeout)]
    public async Task Stop_WithAMessageInHand_LetsItsHandlerEnd()
    {
        await using var broker = await TestBroker.StartAsync();
        await using var connection = new ServiceBusConnection(TestBroker.Hasty(broker.ConnectionString));
        await using var sender = connection.CreateSender("q");
        var (begun, mayEnd) = (new TaskCompletionSource<CancellationToken>(), new TaskCompletionSource());
        await using var processor = connection.CreateProcessor("q", concurrency: 4, async (_, settlement, stop) =>
        {
            begun.SetResult(stop);
            await mayEnd.Task;
            await settlement.CompleteAsync(stop);
        });
        await processor.StartAsync(Stop);
        await sender.SendAsync(new ServiceBusMessage("x"), Stop);
        var told = await begun.Task.WaitAsync(Stop);

        var stopping = processor.StopAsync(Stop);

        Assert.False(told.IsCancellationRequested, "What has begun is told of the stop only when it takes too long.");
        mayEnd.SetResult();
        await stopping;
        Assert.Equal(0, broker.GetCounts("q").Active);
    }

    [Fact(Timeout = Timeout)]
    public async Task Stop_WhenTheBrokerIsGone_IsNoFault()
    {
        var broker = await TestBroker.StartAsync();
        var options = TestBroker.Hasty(broker.ConnectionString);
        options.OperationTimeout = TimeSpan.FromSeconds(1);
        await using var connection = new ServiceBusConnection(options);
        await using var processor = connection.CreateProcessor("q", concurrency: 4, (_, settlement, stop) => settlement.CompleteAsync(stop));
        await processor.StartAsync(Stop);
        await connection.ProbeReceivingAsync("q", Stop);
        await broker.DisposeAsync();

        Assert.Null(await Record.ExceptionAsync(() => processor.StopAsync(Stop)));
    }

    private static async Task SendWhenPossibleAsync(EntitySender sender, ServiceBusMessage message)
    {
        while (await Record.ExceptionAsync(() => sender.SendAsync(message, Stop)) is not null) Stop.ThrowIfCancellationRequested();
    }
}
