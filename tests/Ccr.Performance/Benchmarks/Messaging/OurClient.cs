using Ccr.ServiceBus;

namespace Ccr.Performance.Benchmarks.Messaging;

/// <summary>Ccr.ServiceBus: authorised, reconnecting, with locks renewed and every settlement confirmed.</summary>
internal sealed class OurClient(string connectionString) : IContestant
{
    private readonly ServiceBusConnection _connection = new(new ServiceBusConnectionOptions { Connection = connectionString });

    public string Name => "Ccr.ServiceBus";

    public async Task SendAsync(string queue, int messages, int concurrency, ReadOnlyMemory<byte> body)
    {
        await using var sender = _connection.CreateSender(queue);
        await Workers.RunAsync(messages, concurrency, () => sender.SendAsync(new OutgoingMessage { Body = body }));
    }

    public Task ReceiveAsync(string queue, int messages, int concurrency) =>
        PumpAsync(queue, messages, concurrency, (_, settlement) => settlement.CompleteAsync());

    public async Task ForwardAsync(string from, string to, int messages, int concurrency)
    {
        await using var sender = _connection.CreateSender(to);
        await PumpAsync(from, messages, concurrency, async (message, settlement) =>
        {
            await sender.SendAsync(new OutgoingMessage { Body = message.Body });
            await settlement.CompleteAsync();
        });
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task PumpAsync(string queue, int messages, int concurrency, Func<ReceivedMessage, MessageSettlement, Task> handle)
    {
        var open = messages;
        var done = new TaskCompletionSource();
        await using var pump = _connection.CreatePump(queue, new MessagePumpOptions { MaxConcurrentCalls = concurrency }, async (message, settlement, _) =>
        {
            await handle(message, settlement);
            if (Interlocked.Decrement(ref open) == 0) done.TrySetResult();
        });
        await pump.StartAsync();
        await done.Task;
    }
}
