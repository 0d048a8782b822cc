namespace Ccr.EmbeddedServiceBus.Storage;

/// <summary>A message's values at the moment of a change.</summary>
internal sealed record MessageRow(string Queue, StoredMessage Message, bool IsNew);

/// <summary>The changes that are stored together, each message's only in its last form.</summary>
internal sealed class ChangeGroup
{
    private readonly Dictionary<long, MessageRow?> _messages = [];
    private readonly Dictionary<string, long> _sequences = new(StringComparer.Ordinal);
    private readonly List<(string Entity, string MessageId, DateTime Until)> _remembered = [];

    /// <summary>Gets each changed message by its id; null means that it is to be deleted.</summary>
    public IReadOnlyDictionary<long, MessageRow?> Messages => _messages;

    /// <summary>Gets the last sequence number of each entity that gave one out.</summary>
    public IReadOnlyDictionary<string, long> Sequences => _sequences;

    public IReadOnlyList<(string Entity, string MessageId, DateTime Until)> Remembered => _remembered;

    /// <summary>Gets what is to run once the group is stored.</summary>
    public List<Action> Continuations { get; } = [];

    public bool HasChanges => _messages.Count > 0 || _remembered.Count > 0;

    public void Add(string queue, StoredMessage message)
    {
        _messages[message.Id] = new MessageRow(queue, message.Snapshot(), IsNew: true);
        _sequences[queue] = message.SequenceNumber;
    }

    public void Change(string queue, StoredMessage message)
    {
        var isNew = _messages.TryGetValue(message.Id, out var row) && row is { IsNew: true };
        _messages[message.Id] = new MessageRow(queue, message.Snapshot(), isNew);
    }

    public void Remove(StoredMessage message)
    {
        if (_messages.TryGetValue(message.Id, out var row) && row is { IsNew: true })
            _messages.Remove(message.Id);
        else
            _messages[message.Id] = null;
    }

    public void Remember(string entity, string messageId, DateTime until) => _remembered.Add((entity, messageId, until));
}
