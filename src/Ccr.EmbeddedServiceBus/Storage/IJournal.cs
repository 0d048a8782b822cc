namespace Ccr.EmbeddedServiceBus.Storage;

/// <summary>
/// Notes every lasting change as it happens, inside the broker's lock, and says when all changes so far are safe. Locks are not lasting: a message that
/// was held when the broker ended is available after its next start.
/// </summary>
internal interface IJournal : IAsyncDisposable
{
    void Added(string queue, StoredMessage message);

    /// <summary>Notes a new delivery count, state or content.</summary>
    void Changed(string queue, StoredMessage message);

    void Removed(StoredMessage message);

    /// <summary>Notes a message id that duplicate detection remembers.</summary>
    void Remembered(string entity, string messageId, DateTime until);

    /// <summary>Runs a continuation when everything noted so far has been stored, in the order of the calls. It must not wait.</summary>
    void WhenStored(Action continuation);
}
