using Ccr.LocalServiceBus.Entities;

namespace Ccr.LocalServiceBus.Storage;

/// <summary>
/// Notes every lasting change as it happens, inside the broker's lock, and says when all changes so far are safe.
/// </summary>
internal interface IJournal
{
    void Added(string queue, StoredMessage message);

    /// <summary>Notes a new delivery count, state or content.</summary>
    void Changed(StoredMessage message);

    void Removed(StoredMessage message);

    void Remembered(string entity, string messageId, DateTime until);

    /// <summary>Runs a continuation when everything noted so far has been stored; in the order of the calls.</summary>
    void WhenStored(Action continuation);
}
