using Amqp.Framing;
using Amqp.Handler;
using Ccr.ServiceBus.Errors;
using Ccr.ServiceBus.Management;
using Ccr.ServiceBus.Transports;

namespace Ccr.ServiceBus;

/// <summary>
/// Settles one received message, once. Each method returns when the broker has confirmed; if the link is lost meanwhile,
/// the message is settled by its lock token over the next connection.
/// </summary>
public sealed class MessageSettlement
{
    private const int Open = 0;
    private const int Settling = 1;
    private const int Settled = 2;
    private const int Lost = 3;
    private const int Unknown = 4;

    private readonly ServiceBusConnection _connection;
    private readonly string _entity;
    private readonly ReceivedMessage _message;
    private readonly ReceiverChannel? _channel;
    private readonly IDelivery? _delivery;
    private int _state;
    private long _lockedUntil;

    internal MessageSettlement(
        ServiceBusConnection connection, string entity, ReceivedMessage message,
        ReceiverChannel? channel = null, IDelivery? delivery = null)
    {
        _connection = connection;
        _entity = entity;
        _message = message;
        _channel = channel;
        _delivery = delivery;
        _lockedUntil = message.LockedUntil.UtcTicks;
    }

    /// <summary>Until when the message is locked, by the broker's clock, with renewals.</summary>
    public DateTimeOffset LockedUntil => new(Volatile.Read(ref _lockedUntil), TimeSpan.Zero);

    /// <summary>Whether the lock is known to be lost: the message is about to be delivered again.</summary>
    public bool IsLockLost => Volatile.Read(ref _state) == Lost;

    /// <summary>Whether nothing was decided about the message yet.</summary>
    internal bool IsOpen => Volatile.Read(ref _state) == Open;

    /// <summary>Called when the outcome is on its way: the broker may deliver another message.</summary>
    internal Action? OnSettling { get; init; }

    /// <summary>The message was handled: removes it.</summary>
    /// <exception cref="MessagingException">
    /// <see cref="MessagingFault.LockLost"/>: it will be delivered again; <see cref="MessagingFault.Unconfirmed"/>: it may be.
    /// </exception>
    /// <exception cref="InvalidOperationException">It was settled already.</exception>
    public Task CompleteAsync(CancellationToken cancellationToken = default) =>
        SettleAsync(Disposition.Complete, cancellationToken);

    /// <summary>Gives the message back, to be delivered again at once; counts as a delivery.</summary>
    /// <param name="properties">Application properties to set on it.</param>
    /// <param name="cancellationToken">Gives up waiting for the confirmation.</param>
    /// <inheritdoc cref="CompleteAsync" path="/exception"/>
    public Task AbandonAsync(
        IReadOnlyDictionary<string, object>? properties = null, CancellationToken cancellationToken = default) =>
        SettleAsync(Disposition.Abandon(properties), cancellationToken);

    /// <summary>Moves the message to the dead-letter queue.</summary>
    /// <param name="reason">Why, in a word; cut at 4096 characters.</param>
    /// <param name="description">More about why; cut at 4096 characters.</param>
    /// <param name="cancellationToken">Gives up waiting for the confirmation.</param>
    /// <inheritdoc cref="CompleteAsync" path="/exception"/>
    public Task DeadLetterAsync(
        string reason, string? description = null, CancellationToken cancellationToken = default) =>
        SettleAsync(Disposition.DeadLetter(reason, description), cancellationToken);

    /// <summary>Puts the message aside, to be had only by its sequence number.</summary>
    /// <param name="properties">Application properties to set on it.</param>
    /// <param name="cancellationToken">Gives up waiting for the confirmation.</param>
    /// <inheritdoc cref="CompleteAsync" path="/exception"/>
    public Task DeferAsync(
        IReadOnlyDictionary<string, object>? properties = null, CancellationToken cancellationToken = default) =>
        SettleAsync(Disposition.Defer(properties), cancellationToken);

    /// <summary>Locks the message for another lock duration of its entity.</summary>
    /// <returns>Until when it is locked now.</returns>
    /// <exception cref="MessagingException">The lock is lost, or the renewal is not confirmed.</exception>
    public async Task<DateTimeOffset> RenewLockAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            var until = await _connection.Manage(_entity, Claims.Listen).RenewLockAsync(_message.LockToken, cancellationToken);
            Volatile.Write(ref _lockedUntil, until.UtcTicks);
            return until;
        }
        catch (MessagingException fault) when (fault.Fault == MessagingFault.LockLost)
        {
            Interlocked.CompareExchange(ref _state, Lost, Open);
            throw;
        }
    }

    /// <summary>Gives the message back without counting the delivery; if that fails, its lock runs out.</summary>
    public async Task ReleaseAsync()
    {
        if (_channel is null || Interlocked.CompareExchange(ref _state, Unknown, Open) != Open) return;
        var answering = _channel.DisposeAsync(_delivery!, new Released());
        await Task.WhenAny(answering, Task.Delay(_connection.Options.OperationTimeout, _connection.Time));
    }

    private async Task SettleAsync(Disposition disposition, CancellationToken cancellationToken)
    {
        var before = Interlocked.CompareExchange(ref _state, Settling, Open);
        if (before == Lost) throw Faults.LockLost(_entity, "found when renewing it");
        if (before != Open) throw new InvalidOperationException("The message is settled already. Settle it only once.");

        var after = Unknown;
        try
        {
            await SettleOnLinkOrNodeAsync(disposition, cancellationToken);
            after = Settled;
        }
        catch (MessagingException fault)
        {
            after = fault.Fault switch
            {
                MessagingFault.LockLost => Lost,
                MessagingFault.Unconfirmed => Unknown,
                _ => Open,
            };
            _connection.ReportSettlement(_message, fault);
            throw;
        }
        finally
        {
            Volatile.Write(ref _state, after);
        }
    }

    private async Task SettleOnLinkOrNodeAsync(Disposition disposition, CancellationToken cancellationToken)
    {
        var mayHaveArrived = false;
        if (_channel is { Closed.IsCompleted: false } channel)
        {
            if (await SettleOnLinkAsync(channel, disposition, cancellationToken) is not { } unknown) return;
            mayHaveArrived = unknown;
        }

        OnSettling?.Invoke();
        try
        {
            await _connection.Manage(_entity, Claims.Listen).SettleAsync(
                _message.LockToken, disposition, _channel?.LinkName, cancellationToken);
        }
        catch (MessagingException fault) when (mayHaveArrived && fault.Fault == MessagingFault.LockLost)
        {
            // Either the first try did it, or the lock was lost: the broker answers the same to both.
            throw Faults.Unconfirmed(_entity, "A settlement", "the connection broke before the answer");
        }
    }

    // Null: it is settled. Else it must be tried another way, knowing whether this one may have worked.
    private async Task<bool?> SettleOnLinkAsync(
        ReceiverChannel channel, Disposition disposition, CancellationToken cancellationToken)
    {
        var outcome = disposition.ToOutcome();
        var answering = channel.DisposeAsync(_delivery!, outcome);
        OnSettling?.Invoke();
        DeliveryState? answer;
        try
        {
            answer = await answering.WaitAsync(_connection.Options.OperationTimeout, _connection.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Faults.Unconfirmed(_entity, "A settlement", "no answer in time");
        }

        if (answer is null) return true;
        if (answer is not Rejected { Error: { } error } || Echoes(outcome, error)) return null;
        // The link does not know the delivery; by its lock token the broker may.
        if (string.Equals(error.Condition, "amqp:not-found", StringComparison.Ordinal)) return false;
        throw ErrorReader.Rejected(error, _entity, Claims.Listen);
    }

    // Service Bus answers a dead-lettering with Accepted; other brokers repeat the outcome.
    private static bool Echoes(DeliveryState outcome, Error answer) => outcome is Rejected { Error: { } sent }
        && string.Equals(sent.Condition, answer.Condition, StringComparison.Ordinal);
}
