using Amqp;
using Amqp.Framing;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Keeping;
using Ccr.ServiceBus.Sending;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus;

/// <summary>
/// Sends to one queue or topic. Safe for concurrent use; keep one for as long as the process sends. What is refused for
/// the moment, or could not be sent at all, is tried again until the operation time-out; what may have arrived is never
/// sent twice by itself.
/// </summary>
public sealed class MessageSender : IAsyncDisposable
{
    private readonly ServiceBusConnection _connection;
    private readonly Keeper<SenderChannel> _channels;

    internal MessageSender(ServiceBusConnection connection, string entity)
    {
        _connection = connection;
        Entity = entity;
        _channels = connection.Keep(entity, entity, Claims.Send, SenderChannel.OpenAsync);
    }

    /// <summary>The queue or topic.</summary>
    public string Entity { get; }

    /// <summary>Sends one message; returns when the broker has accepted it.</summary>
    /// <exception cref="MessagingException">
    /// It was refused, or (<see cref="MessagingFault.Unconfirmed"/>) its outcome is not known.
    /// </exception>
    /// <exception cref="OperationCanceledException">Cancelled; the message may have been sent.</exception>
    public Task SendAsync(OutgoingMessage message, CancellationToken cancellationToken = default) =>
        SendAsync(() => MessageEncoder.Encode(message, _connection.Time.GetUtcNow()), cancellationToken);

    /// <summary>
    /// Sends many messages in as few transfers as the entity's message size allows; each transfer is accepted or refused
    /// as one. Returns when all are accepted.
    /// </summary>
    /// <inheritdoc cref="SendAsync(OutgoingMessage, CancellationToken)" path="/exception"/>
    public async Task SendBatchAsync(
        IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default)
    {
        if (messages.Count == 0) return;
        var channel = await OpenAsync(Deadline.After(_connection), cancellationToken);
        var now = _connection.Time.GetUtcNow();
        var encoded = messages.Select(message => MessageEncoder.Encode(message, now).Encode()).ToList();

        var largest = encoded.Max(message => message.Length);
        if ((ulong)largest > channel.MaxMessageSize)
            throw Faults.MessageTooLarge(Entity, largest, channel.MaxMessageSize);

        var sends = BatchPacker.Pack(encoded.ConvertAll(message => message.Length), channel.MaxBatchSize)
            .Select(range => range.End.Value - range.Start.Value == 1
                ? SendAsync(messages[range.Start.Value], cancellationToken)
                : SendAsync(() => BatchPacker.ToBatch(encoded[range]), cancellationToken))
            .ToList();
        await Task.WhenAll(sends);
    }

    /// <summary>Has the broker hold a message until <paramref name="enqueueAt"/>.</summary>
    /// <returns>The sequence number by which <see cref="CancelScheduledAsync"/> finds it.</returns>
    /// <inheritdoc cref="SendAsync(OutgoingMessage, CancellationToken)" path="/exception"/>
    public Task<long> ScheduleAsync(
        OutgoingMessage message, DateTimeOffset enqueueAt, CancellationToken cancellationToken = default) =>
        _connection.Manage(Entity, Claims.Send).ScheduleAsync(
            message with { ScheduledEnqueueTime = enqueueAt }, cancellationToken);

    /// <summary>Takes back a scheduled message that has not appeared yet.</summary>
    /// <exception cref="MessagingException">It is not there any more.</exception>
    public Task CancelScheduledAsync(long sequenceNumber, CancellationToken cancellationToken = default) =>
        _connection.Manage(Entity, Claims.Send).CancelScheduledAsync(sequenceNumber, cancellationToken);

    /// <summary>Closes the link.</summary>
    public ValueTask DisposeAsync() => _channels.DisposeAsync();

    private async Task SendAsync(Func<Message> encode, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(_connection);
        for (var failures = 1; ; failures++)
        {
            var fault = await TrySendAsync(encode(), deadline, cancellationToken);
            if (fault is null) return;
            var delay = _connection.Delays.AfterTransient(failures, _connection.Jitter);
            if (!fault.IsTransient || fault.Fault == MessagingFault.Unconfirmed || deadline.Left <= delay) throw fault;
            await Task.Delay(delay, _connection.Time, cancellationToken);
        }
    }

    // Returns null for success; a transient fault other than Unconfirmed means that the message surely did not arrive.
    private async Task<MessagingException?> TrySendAsync(
        Message message, Deadline deadline, CancellationToken cancellationToken)
    {
        var channel = _channels.Current ?? await OpenAsync(deadline, cancellationToken);
        if (TooLarge(message, channel.MaxMessageSize) is { } size)
            return Faults.MessageTooLarge(Entity, size, channel.MaxMessageSize);

        try
        {
            var outcome = await channel.SendAsync(message)
                .WaitAsync(deadline.Left, _connection.Time, cancellationToken);
            return outcome switch
            {
                Accepted => null,
                Rejected rejected => ErrorReader.Rejected(rejected.Error, Entity, Claims.Send),
                null => Faults.Unconfirmed(Entity, "A message", (await channel.Closed).Message),
                _ => Faults.ServerBusy(Entity, outcome.GetType().Name),
            };
        }
        catch (AmqpException exception)
        {
            return Faults.ConnectionLost($"'{Entity}'", exception.Error?.Description ?? exception.Message);
        }
        catch (TimeoutException)
        {
            // Whatever waits for credit on this link would be sent some time later; with the link it is dropped.
            await channel.DisposeAsync();
            return Faults.Unconfirmed(Entity, "A message", "no answer in time");
        }
    }

    private async Task<SenderChannel> OpenAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            return await deadline.RunAsync(token => _channels.GetAsync(patient: false, token), cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Faults.Timeout(Entity, deadline.Whole, _channels.Fault ?? _connection.Fault);
        }
    }

    // Only what comes near the limit is encoded one time more to know its size.
    private static int? TooLarge(Message message, ulong limit)
    {
        if ((ulong)message.GetEstimatedMessageSize() < limit / 2) return null;
        var size = message.Encode().Length;
        return (ulong)size > limit ? size : null;
    }
}
