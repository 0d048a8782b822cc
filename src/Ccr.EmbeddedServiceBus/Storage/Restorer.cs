namespace Ccr.EmbeddedServiceBus.Storage;

/// <summary>Puts what a database holds back into the entities.</summary>
internal static class Restorer
{
    /// <summary>Restores everything; messages of entities that are no longer configured stay in the database.</summary>
    public static void Run(MessageDatabase database, Broker broker, string directory, ILogger log)
    {
        using var turn = broker.Enter();
        var restored = 0;
        var orphans = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (path, message) in database.ReadMessages())
        {
            broker.ReserveMessageId(message.Id);
            if (broker.Entities.Find(path) is { } queue)
            {
                queue.Restore(message);
                restored++;
            }
            else
            {
                orphans[path] = orphans.GetValueOrDefault(path) + 1;
            }
        }

        foreach (var (path, last) in database.ReadSequences())
            broker.Entities.Find(path)?.Restore(last);
        foreach (var (path, messageId, until) in database.ReadRemembered())
            broker.Entities.FindSendable(path)?.Restore(messageId, until);

        log.Restored(restored, directory);
        foreach (var (path, count) in orphans)
            log.Orphaned(count, path);
    }
}
