using System.Threading.Channels;
using Amqp.Handler;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Receiving;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus;

/// <summary>A message that is locked for whoever holds it, and the means to settle it.</summary>
/// <param name="Message">The message.</param>
/// <param name="Settlement">Settles it; nobody renews its lock meanwhile.</param>
public sealed record LockedMessage(ReceivedMessage Message, MessageSettlement Settlement);

/// <summary>
/// Fetches messages when asked, for triage by hand; work that comes by itself is for <see cref="MessagePump"/>.
/// </summary>
public sealed class MessageReceiver : IAsyncDisposable
{
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(200);

    private readonly ServiceBusConnection _connection;
    private readonly Keeper<ReceiverChannel> _channels;
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly Channel<LockedMessage> _arrived = System.Threading.Channels.Channel.CreateUnbounded<LockedMessage>();

    internal MessageReceiver(ServiceBusConnection connection, string entity)
    {
        _connection = connection;
        Entity = entity;
        _channels = connection.Keep(
            entity, entity, Claims.Listen, (context, token) => ReceiverChannel.OpenAsync(context, OnDelivery, token));
    }

    /// <summary>The path that is received from.</summary>
    public string Entity { get; }

    /// <summary>Locks up to <paramref name="max"/> messages.</summary>
    /// <param name="max">The most messages to take.</param>
    /// <param name="wait">How long to wait for the first one; the others must be there already.</param>
    /// <param name="cancellationToken">Ends the waiting; messages that came already are given back.</param>
    /// <returns>The messages; none if there were none in time.</returns>
    /// <exception cref="MessagingException">The entity cannot be received from.</exception>
    public async Task<IReadOnlyList<LockedMessage>> ReceiveAsync(
        int max, TimeSpan wait, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            var channel = await OpenAsync(cancellationToken);
            List<LockedMessage> messages = [];
            channel.Grant(max);
            try
            {
                await CollectAsync(messages, max, wait, cancellationToken);
            }
            finally
            {
                if (messages.Count < max) await channel.DrainAsync(DrainTimeout);
                while (_arrived.Reader.TryRead(out var message)) messages.Add(message);
                if (cancellationToken.IsCancellationRequested) await GiveBackAsync(messages);
            }

            return messages;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Looks at messages without locking them: active, deferred and scheduled ones.</summary>
    /// <param name="fromSequenceNumber">The first sequence number of interest; one more than the last for the next page.</param>
    /// <param name="max">The most messages to return; the broker may return fewer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The messages; none at the end.</returns>
    public async Task<IReadOnlyList<ReceivedMessage>> PeekAsync(
        long fromSequenceNumber, int max, CancellationToken cancellationToken = default)
    {
        var peeked = await _connection.Manage(Entity, Claims.Listen).PeekAsync(fromSequenceNumber, max, cancellationToken);
        return [.. peeked.Select(MessageDecoder.Peeked)];
    }

    /// <summary>Locks deferred messages.</summary>
    /// <exception cref="MessagingException">One of them is not there.</exception>
    public async Task<IReadOnlyList<LockedMessage>> ReceiveDeferredAsync(
        IReadOnlyList<long> sequenceNumbers, CancellationToken cancellationToken = default)
    {
        var messages = await _connection.Manage(Entity, Claims.Listen).ReceiveDeferredAsync(sequenceNumbers, cancellationToken);
        return [.. messages.Select(entry => Lock(MessageDecoder.Delivered(entry.Message, entry.LockToken)))];
    }

    /// <summary>Closes the link.</summary>
    public async ValueTask DisposeAsync()
    {
        await _channels.DisposeAsync();
        _oneAtATime.Dispose();
    }

    private async Task<ReceiverChannel> OpenAsync(CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(_connection);
        try
        {
            return await deadline.RunAsync(token => _channels.GetAsync(patient: false, token), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Faults.Timeout(Entity, deadline.Whole, _channels.Fault ?? _connection.Fault);
        }
    }

    private async Task CollectAsync(
        List<LockedMessage> messages, int max, TimeSpan wait, CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = new(wait, _connection.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            while (messages.Count < max)
            {
                messages.Add(await _arrived.Reader.ReadAsync(either.Token));
                if (messages.Count == 1) patience.CancelAfter(Linger);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // What there was is there.
        }
    }

    private static async Task GiveBackAsync(List<LockedMessage> messages)
    {
        foreach (var message in messages) await message.Settlement.ReleaseAsync();
        messages.Clear();
    }

    // Runs on the connection's read loop; triage is too rare to decode elsewhere.
    private void OnDelivery(ReceiverChannel channel, IDelivery delivery) =>
        _arrived.Writer.TryWrite(Lock(MessageDecoder.Delivered(delivery.Message, delivery.Tag), channel, delivery));

    private LockedMessage Lock(ReceivedMessage message, ReceiverChannel? channel = null, IDelivery? delivery = null) =>
        new(message, new MessageSettlement(_connection, Entity, message, channel, delivery));
}
