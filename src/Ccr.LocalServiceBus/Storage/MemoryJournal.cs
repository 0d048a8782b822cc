using Ccr.LocalServiceBus.Entities;

namespace Ccr.LocalServiceBus.Storage;

/// <summary>Stores nothing: what is in memory is all there is.</summary>
internal sealed class MemoryJournal : IJournal
{
    public void Added(string queue, StoredMessage message)
    {
    }

    public void Changed(StoredMessage message)
    {
    }

    public void Removed(StoredMessage message)
    {
    }

    public void Remembered(string entity, string messageId, DateTime until)
    {
    }

    public void WhenStored(Action continuation) => continuation();
}
