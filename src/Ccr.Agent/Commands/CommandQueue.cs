using Azure.Messaging.ServiceBus;
using Ccr.Core.Messaging;

namespace Ccr.Agent.Commands;

/// <summary>The site's queue on Service Bus.</summary>
internal sealed class CommandQueue(ServiceBusConnection connection, string site) : ICommandQueue, IAsyncDisposable
{
    /// <summary>This can be long: the wait ends as soon as a command comes.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly EntityReceiver _receiver = connection.CreateReceiver(Entities.AgentQueue(site));

    public async Task<IReadOnlyList<ICommandMessage>> ReceiveAsync(int max, CancellationToken cancellationToken) =>
        [.. (await _receiver.ReceiveAsync(max, Wait, cancellationToken)).Select(message => new Message(_receiver, message))];

    public async Task<bool> HoldsAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        (await _receiver.PeekAsync(sequenceNumber, 1, cancellationToken)).Any(message => message.SequenceNumber == sequenceNumber);

    public async Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) =>
        await _receiver.PeekAsync(0, 1, cancellationToken) is [var oldest, ..] ? oldest.EnqueuedTime : null;

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private sealed class Message(EntityReceiver receiver, ServiceBusReceivedMessage message) : ICommandMessage
    {
        public ReadOnlyMemory<byte> Body { get; } = message.ToEvent().Body;

        public string? MessageId => message.MessageId;

        public long SequenceNumber => message.SequenceNumber;

        public DateTimeOffset EnqueuedTime => message.EnqueuedTime;

        public DateTimeOffset LockedUntil => message.LockedUntil;

        public Task CompleteAsync(CancellationToken cancellationToken) => receiver.CompleteAsync(message, cancellationToken);

        public Task RenewAsync(CancellationToken cancellationToken) => receiver.RenewAsync(message, cancellationToken);

        public Task GiveBackAsync(CancellationToken cancellationToken) => receiver.AbandonAsync(message, cancellationToken);

        public Task RefuseAsync(string reason, string description, CancellationToken cancellationToken) =>
            receiver.DeadLetterAsync(message, reason, description, cancellationToken);
    }
}
