using Ccr.EmbeddedServiceBus.Storage;

namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>What the entities of one broker share. Used only inside the broker's lock.</summary>
internal sealed class EntityContext(IJournal journal, EntityLimits limits, DateTime startedAt)
{
    private readonly List<IConsumer> _woken = [];

    public IJournal Journal { get; } = journal;
    public EntityLimits Limits { get; } = limits;
    public DateTime StartedAt { get; } = startedAt;

    /// <summary>Gets or sets the last id that a message got.</summary>
    public long LastMessageId { get; set; }

    /// <summary>Gets the earliest time that something was said to be due since <see cref="ForgetDue"/>.</summary>
    public DateTime EarliestDue { get; private set; } = DateTime.MaxValue;

    /// <summary>Notes that something falls due at a time.</summary>
    public void Due(DateTime when) => EarliestDue = when < EarliestDue ? when : EarliestDue;

    /// <summary>Forgets what was due; the timer has looked at everything.</summary>
    public void ForgetDue() => EarliestDue = DateTime.MaxValue;

    /// <summary>Notes a consumer to be woken once the lock is released.</summary>
    public void Wake(IConsumer consumer) => _woken.Add(consumer);

    /// <summary>Takes the consumers to be woken.</summary>
    public IConsumer[] TakeWoken()
    {
        if (_woken.Count == 0)
            return [];
        var woken = _woken.ToArray();
        _woken.Clear();
        return woken;
    }
}

/// <summary>Bounds of one entity; beyond them it refuses messages.</summary>
internal sealed record EntityLimits(int MaxMessages, long MaxBytes, int MaxRememberedIds);
