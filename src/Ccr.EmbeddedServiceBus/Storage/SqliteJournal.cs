using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Ccr.EmbeddedServiceBus.Storage;

/// <summary>
/// Stores changes in groups: while one group is being written and flushed, the next one collects. Nobody who must not wait ever does; continuations
/// tell them.
/// </summary>
internal sealed class SqliteJournal : IJournal
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly MessageDatabase _database;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<bool> _work = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<List<Action>> _stored = Channel.CreateUnbounded<List<Action>>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;
    private readonly Task _telling;
    private ChangeGroup _group = new();

    public SqliteJournal(MessageDatabase database, TimeProvider time, ILogger log)
    {
        (_database, _time, _log) = (database, time, log);
        _writing = Task.Run(WriteAsync);
        _telling = Task.Run(TellAsync);
    }

    public void Added(string queue, StoredMessage message) => Note(group => group.Add(queue, message));
    public void Changed(string queue, StoredMessage message) => Note(group => group.Change(queue, message));
    public void Removed(StoredMessage message) => Note(group => group.Remove(message));
    public void Remembered(string entity, string messageId, DateTime until) => Note(group => group.Remember(entity, messageId, until));
    public void WhenStored(Action continuation) => Note(group => group.Continuations.Add(continuation));

    /// <summary>Stores what is left, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _stop.CancelAsync();
        await _writing;
        _stored.Writer.TryComplete();
        await _telling;
        _database.Dispose();
        _stop.Dispose();
    }

    private void Note(Action<ChangeGroup> change)
    {
        lock (_lock)
            change(_group);
        _work.Writer.TryWrite(true);
    }

    private async Task WriteAsync()
    {
        while (await _work.Reader.WaitToReadAsync())
        {
            _work.Reader.TryRead(out _);
            await StoreAsync();
        }

        await StoreAsync();
    }

    private async Task StoreAsync()
    {
        ChangeGroup group;
        lock (_lock)
            (group, _group) = (_group, new ChangeGroup());
        while (group.HasChanges && !TryStore(group))
        {
            if (_stop.IsCancellationRequested)
                return;
            await Task.Delay(RetryDelay, _time, CancellationToken.None);
        }

        if (group.Continuations.Count > 0)
            _stored.Writer.TryWrite(group.Continuations);
    }

    /// <summary>A full or failing disk is waited out: nothing is confirmed until it has been stored.</summary>
    private bool TryStore(ChangeGroup group)
    {
        try
        {
            _database.Store(group, _time.GetUtcNow().UtcDateTime);
            return true;
        }
        catch (SqliteException e)
        {
            _log.StoringFailed(e.Message);
            return false;
        }
    }

    private async Task TellAsync()
    {
        await foreach (var continuations in _stored.Reader.ReadAllAsync())
        {
            foreach (var continuation in continuations)
                continuation();
        }
    }
}
