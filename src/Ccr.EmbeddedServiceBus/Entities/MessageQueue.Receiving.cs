namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>Receiving, locks and settlement.</summary>
internal sealed partial class MessageQueue
{
    /// <summary>A receiver that abandons with ever more properties stops adding to the message here.</summary>
    private const int LargestChanged = 1 << 20;

    private readonly Dictionary<Guid, StoredMessage> _locked = [];
    private readonly LinkedList<StoredMessage> _lockOrder = [];

    /// <summary>Takes messages in order, locking them for the receiver, or removing them (ReceiveAndDelete).</summary>
    /// <remarks>A consumer that gets fewer than it asked for is woken later.</remarks>
    public void Take(IConsumer consumer, int count, bool remove, List<StoredMessage> into, DateTime now)
    {
        while (count > 0 && _available.Min is { } message)
        {
            if (message.ExpiresAt <= now)
            {
                Expire(message, now);
                continue;
            }

            into.Add(Hand(message, remove, now));
            count--;
        }

        if (count > 0)
            _waiting.Add(consumer);
    }

    /// <summary>
    /// Wakes the next waiting consumer if there is something for it. Each message that becomes available wakes one; a consumer that was woken and
    /// cannot take the message must pass that on.
    /// </summary>
    public void PassOn()
    {
        if (_available.Count > 0 && _waiting.TryTake(out var consumer))
            _context.Wake(consumer);
    }

    /// <summary>Forgets a consumer that is gone.</summary>
    public void StopWaiting(IConsumer consumer)
    {
        _waiting.Remove(consumer);
        PassOn();
    }

    /// <summary>Takes a deferred message by its number; null if there is none that could be taken.</summary>
    public StoredMessage? TakeDeferred(long sequenceNumber, bool remove, DateTime now)
    {
        if (Find(sequenceNumber) is not { State: MessageState.Deferred, IsLocked: false } message)
            return null;
        if (message.ExpiresAt <= now)
        {
            Expire(message, now);
            return null;
        }

        return Hand(message, remove, now);
    }

    private StoredMessage Hand(StoredMessage message, bool remove, DateTime now)
    {
        if (remove)
            Remove(message);
        else
            Lock(message, now);
        return message.Snapshot();
    }

    /// <summary>Says whether a lock is still held.</summary>
    public bool Holds(Guid lockToken, DateTime now) => Held(lockToken, now) is not null;

    /// <summary>Lengthens a lock. Returns its new end, or null if it was lost.</summary>
    public DateTime? Renew(Guid lockToken, DateTime now)
    {
        if (Held(lockToken, now) is not { } message)
            return null;
        message.LockedUntil = now + _config.LockDuration;
        _lockOrder.Remove(message.LockNode!);
        _lockOrder.AddLast(message.LockNode!);
        return message.LockedUntil;
    }

    /// <summary>Carries out what the receiver decided; false if the lock was lost, and then nothing happens.</summary>
    public bool Settle(Guid lockToken, Settlement settlement, DateTime now)
    {
        if (Held(lockToken, now) is not { } message)
            return false;
        switch (settlement)
        {
            case Settlement.Complete:
                Remove(message);
                break;
            case Settlement.Release:
                Unlock(message, failed: false, now);
                break;
            case Settlement.Abandon abandon:
                Change(message, abandon.Properties);
                Unlock(message, failed: true, now);
                break;
            case Settlement.Defer defer:
                Change(message, defer.Properties);
                message.State = MessageState.Deferred;
                DropLock(message);
                _context.Journal.Changed(Path, message);
                break;
            case Settlement.DeadLetter dead when DeadLetterQueue is not null:
                MoveToDeadLetters(message, dead.Reason, dead.Description, dead.Properties, now);
                break;
            default:
                Unlock(message, failed: true, now);
                break;
        }

        return true;
    }

    private StoredMessage? Held(Guid lockToken, DateTime now)
    {
        if (!_locked.TryGetValue(lockToken, out var message))
            return null;
        if (message.LockedUntil > now)
            return message;
        Unlock(message, failed: true, now);
        return null;
    }

    private void Lock(StoredMessage message, DateTime now)
    {
        _available.Remove(message);
        _expiring.Remove(message);
        message.LockToken = Guid.NewGuid();
        message.LockedUntil = now + _config.LockDuration;
        message.LockNode = _lockOrder.AddLast(message);
        _locked.Add(message.LockToken, message);
        _context.Due(message.LockedUntil);
    }

    private void DropLock(StoredMessage message)
    {
        if (!message.IsLocked)
            return;
        _locked.Remove(message.LockToken);
        _lockOrder.Remove(message.LockNode!);
        message.LockToken = Guid.Empty;
        message.LockNode = null;
    }

    /// <summary>Gives a message back after a failed or an unused delivery.</summary>
    private void Unlock(StoredMessage message, bool failed, DateTime now)
    {
        DropLock(message);
        if (failed)
        {
            message.DeliveryCount++;
            if (DeadLetterQueue is not null && message.DeliveryCount >= _config.MaxDeliveryCount)
            {
                var description = $"Message could not be consumed after {message.DeliveryCount} delivery attempts.";
                MoveToDeadLetters(message, "MaxDeliveryCountExceeded", description, [], now);
                return;
            }

            _context.Journal.Changed(Path, message);
        }

        if (message.State == MessageState.Deferred)
            return;
        if (message.ExpiresAt <= now)
            Expire(message, now);
        else
            MakeAvailable(message);
    }

    private void Change(StoredMessage message, IReadOnlyCollection<KeyValuePair<string, object>> properties)
    {
        var changed = message.Content.With(properties);
        if (changed.Size > LargestChanged)
            return;
        _bytes += changed.Size - message.Content.Size;
        message.Content = changed;
    }
}
