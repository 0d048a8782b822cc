using System.Text;

namespace Ccr.ServiceBus.Tests.Contract;

/// <summary>
/// What the client and a Service Bus promise each other. One class derives from this for each broker; all of them have
/// the entities of <c>Contract/entities.json</c>, in the format of the official emulator.
/// </summary>
public abstract partial class BrokerContract : IAsyncLifetime
{
    protected const string Queue = "contract";
    protected const string NextQueue = "contract-next";
    protected const string Topic = "contract-topic";

    private const int Timeout = 60_000;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    private ServiceBusConnection? _connection;

    protected ServiceBusConnection Connection => _connection!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _connection = new(new ServiceBusConnectionOptions { Connection = await StartBrokerAsync() });
        string[] paths =
        [
            Queue, NextQueue, EntityPath.Subscription(Topic, "all"), EntityPath.Subscription(Topic, "agents"),
        ];
        foreach (var path in paths.Concat(paths.Select(EntityPath.DeadLetterQueue))) await EmptyAsync(path);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_connection is not null) await _connection.DisposeAsync();
        await StopBrokerAsync();
    }

    /// <summary>Starts or finds the broker.</summary>
    /// <returns>Its connection string.</returns>
    protected abstract Task<string> StartBrokerAsync();

    protected virtual Task StopBrokerAsync() => Task.CompletedTask;

    /// <summary>Whether messages of an earlier run may be left in the entities.</summary>
    protected virtual bool KeepsMessages => false;

    protected static OutgoingMessage Text(string text) => new() { Body = Encoding.UTF8.GetBytes(text) };

    protected static string Text(ReceivedMessage message) => Encoding.UTF8.GetString(message.Body.Span);

    protected async Task SendAsync(string entity, params OutgoingMessage[] messages)
    {
        await using var sender = Connection.CreateSender(entity);
        foreach (var message in messages) await sender.SendAsync(message, Cancellation);
    }

    protected async Task<LockedMessage> ReceiveOneAsync(string path)
    {
        await using var receiver = Connection.CreateReceiver(path);
        return Assert.Single(await receiver.ReceiveAsync(1, Soon, Cancellation));
    }

    protected async Task AssertEmptyAsync(string path)
    {
        await using var receiver = Connection.CreateReceiver(path);
        Assert.Empty(await receiver.ReceiveAsync(1, Moment, Cancellation));
    }

    private async Task EmptyAsync(string path)
    {
        if (!KeepsMessages) return;
        await using var receiver = Connection.CreateReceiver(path);
        while (await receiver.ReceiveAsync(100, Moment, Cancellation) is { Count: > 0 } old)
        {
            foreach (var message in old) await message.Settlement.CompleteAsync(Cancellation);
        }
    }
}
