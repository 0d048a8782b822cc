namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>
/// What happens to the messages of one queue, subscription or dead-letter queue. A state machine of values and a given time, without threads, clocks or
/// sockets; used inside the broker's lock.
/// </summary>
internal sealed partial class MessageQueue : IMessageTarget
{
    private readonly SortedSet<StoredMessage> _all = new(MessageOrder.BySequenceNumber);
    private readonly SortedSet<StoredMessage> _available = new(MessageOrder.BySequenceNumber);
    private readonly SortedSet<StoredMessage> _expiring = new(MessageOrder.ByExpiry);
    private readonly SortedSet<StoredMessage> _scheduled = new(MessageOrder.BySchedule);
    private readonly WaitingConsumers _waiting = new();
    private readonly EntityConfig _config;
    private readonly EntityContext _context;
    private readonly DuplicateHistory? _duplicates;
    private long _lastSequenceNumber;
    private long _bytes;

    public MessageQueue(string path, EntityConfig config, EntityContext context, bool isDeadLetterQueue = false)
    {
        (Path, _config, _context) = (path, config, context);
        if (!isDeadLetterQueue)
            DeadLetterQueue = new MessageQueue(path + EntityDirectory.DeadLetterSuffix, config, context, isDeadLetterQueue: true);
        if (!isDeadLetterQueue && config is QueueConfig { DuplicateDetectionWindow: { } window })
            _duplicates = new DuplicateHistory(path, window, context.Limits.MaxRememberedIds, context.Journal);
    }

    /// <summary>Gets the entity's path as it is configured.</summary>
    public string Path { get; }

    /// <summary>Gets the dead-letter queue; null in a dead-letter queue.</summary>
    public MessageQueue? DeadLetterQueue { get; }

    /// <summary>Gets or sets where every message goes at once, or null.</summary>
    public IMessageTarget? ForwardTo { get; set; }

    /// <summary>Gets or sets where dead-lettered messages go instead of <see cref="DeadLetterQueue"/>, or null.</summary>
    public IMessageTarget? ForwardDeadLettersTo { get; set; }

    public EntityCounts Counts => new(
        Active: _available.Count,
        Locked: _locked.Count,
        Deferred: _all.Count - _available.Count - _locked.Count - _scheduled.Count,
        Scheduled: _scheduled.Count,
        DeadLetter: DeadLetterQueue?._all.Count ?? 0);

    /// <summary>Gets the next time at which <see cref="Advance"/> has something to do.</summary>
    public DateTime NextDue
    {
        get
        {
            var due = _lockOrder.First?.Value.LockedUntil ?? DateTime.MaxValue;
            if (_expiring.Min is { } expiring && expiring.ExpiresAt < due)
                due = expiring.ExpiresAt;
            if (_scheduled.Min is { ScheduledFor: { } scheduledFor } && scheduledFor < due)
                due = scheduledFor;
            return _duplicates is not null && _duplicates.NextDue < due ? _duplicates.NextDue : due;
        }
    }

    public bool IsFull => !HasOwnRoomFor(1, 1) || ForwardTo is { IsFull: true };

    public bool HasRoomFor(int messages, int bytes) =>
        HasOwnRoomFor(messages, bytes)
        && (ForwardTo?.HasRoomFor(messages, bytes) ?? true)
        && ForwardDeadLettersTo is not { IsFull: true };

    public void Send(Arrival arrival, DateTime now)
    {
        if (_duplicates?.IsRepeat(arrival.Content.ReadMessageId(), now) == true)
            return;
        Deliver(arrival, now);
    }

    /// <summary>Keeps a message for later, unless it is a repeat. Returns the number by which it can be cancelled.</summary>
    public long Schedule(MessageContent content, DateTime scheduledFor, DateTime now)
    {
        if (_duplicates?.IsRepeat(content.ReadMessageId(), now) == true)
            return ++_lastSequenceNumber;
        var sequenceNumber = ++_lastSequenceNumber;
        Insert(new StoredMessage
        {
            Id = ++_context.LastMessageId,
            SequenceNumber = sequenceNumber,
            EnqueuedSequenceNumber = sequenceNumber,
            Content = content,
            EnqueuedAt = now,
            ExpiresAt = Expiry(new Arrival(content), scheduledFor),
            ScheduledFor = scheduledFor,
            State = MessageState.Scheduled,
        });
        return sequenceNumber;
    }

    /// <summary>Cancels a scheduled message; false if there is none of that number.</summary>
    public bool CancelScheduled(long sequenceNumber)
    {
        if (Find(sequenceNumber) is not { State: MessageState.Scheduled } message)
            return false;
        Remove(message);
        return true;
    }

    /// <summary>Puts a message in without asking whether it is a repeat.</summary>
    public void Deliver(Arrival arrival, DateTime now)
    {
        var sequenceNumber = ++_lastSequenceNumber;
        var first = arrival.EnqueuedSequenceNumber == 0 ? sequenceNumber : arrival.EnqueuedSequenceNumber;
        if (ForwardTo is not null)
        {
            ForwardTo.Send(arrival with { EnqueuedSequenceNumber = first, LongestLife = null }, now);
            return;
        }

        Insert(new StoredMessage
        {
            Id = ++_context.LastMessageId,
            SequenceNumber = sequenceNumber,
            EnqueuedSequenceNumber = first,
            Content = arrival.Content,
            EnqueuedAt = now,
            ExpiresAt = DeadLetterQueue is null ? DateTime.MaxValue : Expiry(arrival, now),
            ScheduledFor = arrival.ScheduledFor,
            DeadLetterSource = arrival.DeadLetterSource,
            DeliveryCount = arrival.DeliveryCount,
        });
    }

    /// <summary>Puts back a message that storage kept.</summary>
    public void Restore(StoredMessage message)
    {
        Restore(message.SequenceNumber);
        Index(message);
    }

    /// <summary>Goes on numbering where storage left off.</summary>
    public void Restore(long lastSequenceNumber) => _lastSequenceNumber = Math.Max(_lastSequenceNumber, lastSequenceNumber);

    /// <summary>Puts back a message id that storage remembers for duplicate detection.</summary>
    public void Restore(string messageId, DateTime until) => _duplicates?.Restore(messageId, until);

    /// <summary>Lets everything happen that is due: locks and messages expire, scheduled messages become active.</summary>
    public void Advance(DateTime now)
    {
        while (_lockOrder.First?.Value is { } oldest && oldest.LockedUntil <= now)
            Unlock(oldest, failed: true, now);
        while (_scheduled.Min is { } scheduled && scheduled.ScheduledFor <= now)
        {
            Remove(scheduled);
            Deliver(new Arrival(scheduled.Content) { ScheduledFor = scheduled.ScheduledFor }, now);
        }

        while (_expiring.Min is { } expiring && expiring.ExpiresAt <= now)
            Expire(expiring, now);
        _duplicates?.Forget(now);
    }

    /// <summary>Reads messages in order without locking them, whatever their state.</summary>
    public IReadOnlyList<StoredMessage> Peek(long fromSequenceNumber, int count) => [.. From(fromSequenceNumber).Take(count).Select(m => m.Snapshot())];

    /// <summary>Dead letters count against their entity's limits: nothing else would bound them.</summary>
    private bool HasOwnRoomFor(int messages, int bytes) =>
        _all.Count + (DeadLetterQueue?._all.Count ?? 0) + messages <= _context.Limits.MaxMessages
        && _bytes + (DeadLetterQueue?._bytes ?? 0) + bytes <= _context.Limits.MaxBytes
        && _duplicates is not { IsFull: true };

    private DateTime Expiry(Arrival arrival, DateTime from)
    {
        var life = _config.DefaultMessageTimeToLive;
        if (arrival.LongestLife is { } longest && longest < life)
            life = longest;
        if (arrival.Content.TimeToLive is { } own && own < life)
            life = own;
        return life < DateTime.MaxValue - from ? from + life : DateTime.MaxValue;
    }

    private void Expire(StoredMessage message, DateTime now)
    {
        if (_config.DeadLetteringOnMessageExpiration)
            MoveToDeadLetters(message, "TTLExpiredException", "The message expired and was dead lettered.", [], now);
        else
            Remove(message);
    }

    private void MoveToDeadLetters(
        StoredMessage message, string? reason, string? description, IEnumerable<KeyValuePair<string, object>> properties, DateTime now)
    {
        var added = new Dictionary<string, object>(properties, StringComparer.Ordinal);
        if (reason is not null)
            added["DeadLetterReason"] = reason;
        if (description is not null)
            added["DeadLetterErrorDescription"] = description;

        Remove(message);
        var arrival = new Arrival(message.Content.With(added)) { EnqueuedSequenceNumber = message.EnqueuedSequenceNumber, DeadLetterSource = Path };
        if (ForwardDeadLettersTo is not null)
            ForwardDeadLettersTo.Send(arrival, now);
        else
            DeadLetterQueue!.Deliver(arrival with { DeliveryCount = message.DeliveryCount }, now);
    }

    private StoredMessage? Find(long sequenceNumber) =>
        From(sequenceNumber).FirstOrDefault() is { } first && first.SequenceNumber == sequenceNumber ? first : null;

    private SortedSet<StoredMessage> From(long sequenceNumber)
    {
        if (_all.Max is not { } last || last.SequenceNumber < sequenceNumber)
            return [];
        return _all.GetViewBetween(Probe(sequenceNumber), last);
    }

    private static StoredMessage Probe(long sequenceNumber) =>
        new() { Id = 0, SequenceNumber = sequenceNumber, EnqueuedSequenceNumber = 0, Content = null!, EnqueuedAt = default };

    private void Insert(StoredMessage message)
    {
        Index(message);
        _context.Journal.Added(Path, message);
    }

    private void Index(StoredMessage message)
    {
        _all.Add(message);
        _bytes += message.Content.Size;
        if (message is { State: MessageState.Scheduled, ScheduledFor: { } due })
        {
            _scheduled.Add(message);
            _context.Due(due);
        }
        else if (message.State == MessageState.Active)
        {
            MakeAvailable(message);
        }
    }

    private void Remove(StoredMessage message)
    {
        DropLock(message);
        _all.Remove(message);
        _available.Remove(message);
        _expiring.Remove(message);
        if (message.State == MessageState.Scheduled)
            _scheduled.Remove(message);
        _bytes -= message.Content.Size;
        _context.Journal.Removed(message);
    }

    private void MakeAvailable(StoredMessage message)
    {
        _available.Add(message);
        if (message.ExpiresAt != DateTime.MaxValue)
        {
            _expiring.Add(message);
            _context.Due(message.ExpiresAt);
        }

        PassOn();
    }
}
