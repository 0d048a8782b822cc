using Ccr.Core.Messaging;
using Ccr.ServiceBus;

namespace Ccr.Agent.Commands;

/// <summary>The site's queue on Service Bus.</summary>
internal sealed class CommandQueue(ServiceBusConnection connection, string site) : ICommandQueue, IAsyncDisposable
{
    /// <summary>This can be long: the wait ends as soon as a command comes.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    private readonly MessageReceiver _receiver = connection.CreateReceiver(Entities.AgentQueue(site));

    public async Task<IReadOnlyList<ICommandMessage>> ReceiveAsync(int max, CancellationToken cancellationToken) =>
        [.. (await _receiver.ReceiveAsync(max, Wait, cancellationToken)).Select(locked => new Message(locked))];

    public async Task<bool> HoldsAsync(long sequenceNumber, CancellationToken cancellationToken) =>
        (await _receiver.PeekAsync(sequenceNumber, 1, cancellationToken)).Any(message => message.SequenceNumber == sequenceNumber);

    public async Task<DateTimeOffset?> FindOldestAsync(CancellationToken cancellationToken) =>
        await _receiver.PeekAsync(0, 1, cancellationToken) is [var oldest, ..] ? oldest.EnqueuedTime : null;

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private sealed class Message(LockedMessage locked) : ICommandMessage
    {
        public ReadOnlyMemory<byte> Body => locked.Message.Body;

        public long SequenceNumber => locked.Message.SequenceNumber;

        public DateTimeOffset EnqueuedTime => locked.Message.EnqueuedTime;

        public DateTimeOffset LockedUntil => locked.Message.LockedUntil;

        public Task CompleteAsync(CancellationToken cancellationToken) => locked.Settlement.CompleteAsync(cancellationToken);

        public Task ReleaseAsync() => locked.Settlement.ReleaseAsync();

        public Task RefuseAsync(string reason, string description, CancellationToken cancellationToken) =>
            locked.Settlement.DeadLetterAsync(reason, description, cancellationToken);
    }
}
