using System.Runtime.CompilerServices;

namespace Ccr.Hosting.ServiceBus;

/// <summary>Looks at one queue, subscription or dead-letter queue, and receives from it by hand.</summary>
public sealed class EntityReceiver : IAsyncDisposable
{
    private const int PeekedAtOnce = 100;

    private readonly ServiceBusConnection _connection;
    private readonly string _entity;
    private readonly Remade<ServiceBusReceiver> _receiver;

    internal EntityReceiver(ServiceBusConnection connection, string entity)
    {
        (_connection, _entity) = (connection, entity);
        _receiver = new Remade<ServiceBusReceiver>(connection, client => client.CreateReceiver(entity));
    }

    /// <summary>Looks at messages in the order of their sequence numbers, locked, scheduled or not; takes nothing.</summary>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(long fromSequenceNumber, int max, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceBusReceivedMessage> peeked = [];
        await RunAsync(
            Operation.Peek, async (receiver, token) => peeked = await receiver.PeekMessagesAsync(max, fromSequenceNumber, token), cancellationToken);
        return peeked;
    }

    /// <summary>Looks at all messages, page by page, as far as the caller reads on; takes nothing.</summary>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async IAsyncEnumerable<ServiceBusReceivedMessage> PeekAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var next = 0L;
        while (await PeekAsync(next, PeekedAtOnce, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var message in page) yield return message;
            next = page[^1].SequenceNumber + 1;
        }
    }

    /// <summary>Locks up to so many messages; waits for the first of them, and returns none when none came.</summary>
    /// <remarks>After a fault it first looks whether the entity is there again, since an empty queue would not tell for the whole wait.</remarks>
    /// <exception cref="MessagingException">It cannot.</exception>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        if (!_connection.Monitor.IsConnected) await PeekAsync(0, 1, cancellationToken);
        IReadOnlyList<ServiceBusReceivedMessage> received = [];
        await RunAsync(Operation.Receive, async (receiver, token) => received = await receiver.ReceiveMessagesAsync(max, wait, token), cancellationToken, wait);
        return received;
    }

    /// <summary>Takes a message off the queue; when it returns, the broker has confirmed it.</summary>
    /// <exception cref="MessagingException">It was not confirmed; CCR4010 when the lock is said to be lost.</exception>
    public Task CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken) =>
        RunAsync(Operation.Settle, (receiver, token) => receiver.CompleteMessageAsync(message, token), cancellationToken);

    /// <summary>Gives a message back, which counts as a delivery.</summary>
    /// <exception cref="MessagingException">It cannot be given back; it comes again when its lock runs out.</exception>
    public Task AbandonAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken) =>
        RunAsync(Operation.Settle, (receiver, token) => receiver.AbandonMessageAsync(message, null, token), cancellationToken);

    /// <summary>Moves a message to the dead-letter queue.</summary>
    /// <exception cref="MessagingException">It was not confirmed.</exception>
    public Task DeadLetterAsync(ServiceBusReceivedMessage message, string reason, string description, CancellationToken cancellationToken) =>
        RunAsync(Operation.Settle, (receiver, token) => receiver.DeadLetterMessageAsync(message, reason, description, token), cancellationToken);

    /// <summary>Keeps the lock on a message for once more the queue's lock duration; its <c>LockedUntil</c> then says until when.</summary>
    /// <exception cref="MessagingException">The lock is lost, or the broker is away.</exception>
    public Task RenewAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken) =>
        RunAsync(Operation.Settle, (receiver, token) => receiver.RenewMessageLockAsync(message, token), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _receiver.CloseAsync();

    private Task RunAsync(
        Operation operation, Func<ServiceBusReceiver, CancellationToken, Task> run, CancellationToken cancellationToken, TimeSpan wait = default) =>
        _connection.RunAsync(_receiver.Current, _entity, operation, run, cancellationToken, wait);
}
