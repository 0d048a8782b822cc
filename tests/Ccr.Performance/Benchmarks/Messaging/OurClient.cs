using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Performance.Benchmarks.Messaging;

/// <summary>Microsoft's client as the hosts use it: authorised, with locks renewed, every settlement confirmed, and sends in groups.</summary>
internal sealed class OurClient(string connectionString) : IContestant
{
    private readonly ServiceBusConnection _connection = new(ServiceBusOptions.For(connectionString));

    public string Name => "Ccr.Hosting";

    public async Task SendAsync(string queue, int messages, int concurrency, ReadOnlyMemory<byte> body)
    {
        await using var sender = _connection.CreateSender(queue);
        await Workers.RunAsync(messages, concurrency, () => sender.SendAsync(new ServiceBusMessage(body), CancellationToken.None));
    }

    public Task ReceiveAsync(string queue, int messages, int concurrency) =>
        ProcessAsync(queue, messages, concurrency, (_, settlement) => settlement.CompleteAsync(CancellationToken.None));

    public async Task ForwardAsync(string from, string to, int messages, int concurrency)
    {
        await using var sender = _connection.CreateSender(to);
        await ProcessAsync(from, messages, concurrency, async (message, settlement) =>
        {
            await sender.SendAsync(new ServiceBusMessage(message.Body), CancellationToken.None);
            await settlement.CompleteAsync(CancellationToken.None);
        });
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private async Task ProcessAsync(string queue, int messages, int concurrency, Func<ServiceBusReceivedMessage, ISettlement, Task> handle)
    {
        var open = messages;
        var done = new TaskCompletionSource();
        await using var processor = _connection.CreateProcessor(queue, concurrency, async (message, settlement, _) =>
        {
            await handle(message, settlement);
            if (Interlocked.Decrement(ref open) == 0) done.TrySetResult();
        });
        await processor.StartAsync(CancellationToken.None);
        await done.Task;
    }
}
