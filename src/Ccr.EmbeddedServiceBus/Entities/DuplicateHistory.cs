using Ccr.EmbeddedServiceBus.Storage;

namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>The message ids of the last window, by which a repeated send is recognised.</summary>
internal sealed class DuplicateHistory(string entity, TimeSpan window, int capacity, IJournal journal)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTime Until)> _order = [];

    /// <summary>Gets whether no further id can be remembered, so that nothing can be accepted.</summary>
    public bool IsFull => _ids.Count >= capacity;

    /// <summary>Gets the time when the oldest id can be forgotten.</summary>
    public DateTime NextDue => _order.TryPeek(out var oldest) ? oldest.Until : DateTime.MaxValue;

    /// <summary>Says whether an id was seen within the window, and remembers it if not.</summary>
    public bool IsRepeat(string id, DateTime now)
    {
        Forget(now);
        if (_ids.Contains(id))
            return true;
        Restore(id, now + window);
        journal.Remembered(entity, id, now + window);
        return false;
    }

    /// <summary>Puts back an id that storage remembers.</summary>
    public void Restore(string id, DateTime until)
    {
        if (_ids.Add(id))
            _order.Enqueue((id, until));
    }

    /// <summary>Forgets what is older than the window.</summary>
    public void Forget(DateTime now)
    {
        while (_order.TryPeek(out var oldest) && oldest.Until <= now)
            _ids.Remove(_order.Dequeue().Id);
    }
}
