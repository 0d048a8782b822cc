using System.Threading.Channels;

namespace Ccr.Hosting.Sqlite;

/// <summary>
/// The one writer: takes all writes that wait, carries them out in one transaction, and answers them once it is committed. So the disk is synchronised
/// once for as many requests as there are at a time.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>More in one transaction would save little, and let the first of them wait.</summary>
    private const int MaxBatch = 256;

    private readonly Channel<Operation> _queue = Channel.CreateUnbounded<Operation>(new UnboundedChannelOptions { SingleReader = true });
    private readonly string _path;
    private readonly FileMark _file;
    private readonly CommitCount _count;
    private readonly SqliteWrites _writes;
    private readonly Thread _thread;

    public SqliteWriter(string path, FileMark file, CommitCount count, SqliteConnection connection)
    {
        (_path, _file, _count) = (path, file, count);
        _writes = new SqliteWrites(connection);

        // A thread of its own: it waits for the disk most of its time.
        _thread = new Thread(Run) { IsBackground = true, Name = "ledger" };
        _thread.Start();
    }

    /// <summary>Carries out a write; what it returns is returned once it is on the disk.</summary>
    public async Task<T> RunAsync<T>(Func<SqliteWrites, T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var operation = new Operation<T>(write);
        ObjectDisposedException.ThrowIf(!_queue.Writer.TryWrite(operation), this);
        return await operation.Done;
    }

    public void Dispose()
    {
        if (!_queue.Writer.TryComplete()) return;
        _thread.Join();
        _writes.Dispose();
        _count.Dispose();
    }

    private void Run()
    {
        var batch = new List<Operation>(MaxBatch);
        while (_queue.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < MaxBatch && _queue.Reader.TryRead(out var operation)) batch.Add(operation);
            try
            {
                Commit(batch);
            }
            catch (Exception fault)
            {
                var reason = fault is SqliteException sqlite ? SqliteFaults.OnWrite(_path, sqlite) : fault;
                foreach (var operation in batch) operation.Fail(reason);
            }
        }
    }

    private void Commit(List<Operation> batch)
    {
        _writes.Begin();
        try
        {
            foreach (var operation in batch) operation.Run(_writes);

            // What is written to a file that nobody finds again protects nobody.
            _file.Check();
            _count.Write(_writes.Commit());
        }
        catch
        {
            RollBack();
            throw;
        }

        foreach (var operation in batch) operation.Complete();
    }

    private void RollBack()
    {
        try
        {
            _writes.RollBack();
        }
        catch (SqliteException)
        {
            // SQLite has rolled back by itself (sqlite.org/lang_transaction.html): a full disk does that.
        }
    }

    private abstract class Operation
    {
        public abstract void Run(SqliteWrites writes);

        public abstract void Complete();

        public abstract void Fail(Exception fault);
    }

    private sealed class Operation<T>(Func<SqliteWrites, T> write) : Operation
    {
        // Not on the writer's thread: what continues here must not hold up the next transaction.
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _value;

        public Task<T> Done => _done.Task;

        public override void Run(SqliteWrites writes) => _value = write(writes);

        public override void Complete() => _done.SetResult(_value!);

        public override void Fail(Exception fault) => _done.SetException(fault);
    }
}
