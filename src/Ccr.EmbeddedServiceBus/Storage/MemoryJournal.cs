using Ccr.EmbeddedServiceBus.Entities;

namespace Ccr.EmbeddedServiceBus.Storage;

/// <summary>Stores nothing: what is in memory is all there is.</summary>
internal sealed class MemoryJournal : IJournal
{
    /// <inheritdoc/>
    public void Added(string queue, StoredMessage message)
    {
    }

    /// <inheritdoc/>
    public void Changed(string queue, StoredMessage message)
    {
    }

    /// <inheritdoc/>
    public void Removed(StoredMessage message)
    {
    }

    /// <inheritdoc/>
    public void Remembered(string entity, string messageId, DateTime until)
    {
    }

    /// <inheritdoc/>
    public void WhenStored(Action continuation) => continuation();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
