namespace Ccr.EmbeddedServiceBus.Storage;

/// <summary>Stores nothing: what is in memory is all there is.</summary>
internal sealed class MemoryJournal : IJournal
{
    public void Added(string queue, StoredMessage message) { }
    public void Changed(string queue, StoredMessage message) { }
    public void Removed(StoredMessage message) { }
    public void Remembered(string entity, string messageId, DateTime until) { }
    public void WhenStored(Action continuation) => continuation();
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
