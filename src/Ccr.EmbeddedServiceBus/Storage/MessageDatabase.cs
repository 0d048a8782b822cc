using Microsoft.Data.Sqlite;

namespace Ccr.EmbeddedServiceBus.Storage;

/// <summary>The SQLite file of one broker. One process at a time; used by one thread at a time.</summary>
internal sealed class MessageDatabase : IDisposable
{
    private const int SchemaVersion = 1;
    private const string Schema = """
        CREATE TABLE message (
            id INTEGER PRIMARY KEY, queue TEXT NOT NULL, sequence INTEGER NOT NULL, first_sequence INTEGER NOT NULL,
            enqueued INTEGER NOT NULL, expires INTEGER NOT NULL, scheduled INTEGER, source TEXT,
            state INTEGER NOT NULL, deliveries INTEGER NOT NULL,
            durable INTEGER NOT NULL, priority INTEGER NOT NULL, ttl INTEGER, annotations BLOB, bare BLOB NOT NULL);
        CREATE TABLE sequence (queue TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE remembered (entity TEXT NOT NULL, message TEXT NOT NULL, until INTEGER NOT NULL, PRIMARY KEY (entity, message)) WITHOUT ROWID;
        CREATE INDEX remembered_until ON remembered (until);
        """;

    private static readonly TimeSpan ForgetInterval = TimeSpan.FromSeconds(10);
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _insert;
    private readonly SqliteCommand _update;
    private readonly SqliteCommand _delete;
    private readonly SqliteCommand _sequence;
    private readonly SqliteCommand _remember;
    private readonly SqliteCommand _forget;
    private DateTime _nextForget;

    /// <summary>Opens or creates the file <c>broker.db</c> in a directory.</summary>
    /// <exception cref="IOException">Another process uses it, or it was written by another version.</exception>
    public MessageDatabase(string directory)
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, "broker.db");
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 1 };
        _connection = new SqliteConnection(settings.ToString());
        try
        {
            _connection.Open();
            Prepare(path);
        }
        catch (SqliteException e)
        {
            _connection.Dispose();
            throw new IOException($"'{path}' cannot be opened ({e.Message}); is another broker using this directory?", e);
        }

        _insert = Command("""
            INSERT INTO message VALUES ($id, $queue, $sequence, $first, $enqueued, $expires, $scheduled, $source,
            $state, $deliveries, $durable, $priority, $ttl, $annotations, $bare)
            """);
        _update = Command("UPDATE message SET state = $state, deliveries = $deliveries, bare = $bare WHERE id = $id");
        _delete = Command("DELETE FROM message WHERE id = $id");
        _sequence = Command("INSERT INTO sequence VALUES ($queue, $last) ON CONFLICT DO UPDATE SET last = excluded.last");
        _remember = Command("INSERT OR REPLACE INTO remembered VALUES ($entity, $message, $until)");
        _forget = Command("DELETE FROM remembered WHERE until <= $now");
    }

    /// <summary>Stores a group of changes, all or none, and flushes it to the disk.</summary>
    public void Store(ChangeGroup group, DateTime now)
    {
        using var transaction = _connection.BeginTransaction();
        foreach (var (id, row) in group.Messages)
        {
            if (row is null)
                Run(_delete, transaction, id);
            else if (row.IsNew)
                Insert(row.Queue, row.Message, transaction);
            else
                Run(_update, transaction, (long)row.Message.State, (long)row.Message.DeliveryCount, row.Message.Content.Bare, id);
        }

        foreach (var (queue, last) in group.Sequences)
            Run(_sequence, transaction, queue, last);
        foreach (var (entity, messageId, until) in group.Remembered)
            Run(_remember, transaction, entity, messageId, until.Ticks);
        if (now >= _nextForget)
        {
            Run(_forget, transaction, now.Ticks);
            _nextForget = now + ForgetInterval;
        }

        transaction.Commit();
    }

    /// <summary>Reads every message with the queue that it is in, in order.</summary>
    public IEnumerable<(string Queue, StoredMessage Message)> ReadMessages()
    {
        using var command = Command("SELECT * FROM message ORDER BY id");
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return (reader.GetString(1), ReadMessage(reader));
    }

    /// <summary>Reads the last sequence number of each queue.</summary>
    public IReadOnlyList<(string Queue, long Last)> ReadSequences() => Read("SELECT queue, last FROM sequence", r => (r.GetString(0), r.GetInt64(1)));

    /// <summary>Reads the message ids that duplicate detection remembers, oldest first.</summary>
    public IReadOnlyList<(string Entity, string MessageId, DateTime Until)> ReadRemembered() =>
        Read("SELECT entity, message, until FROM remembered ORDER BY until", r => (r.GetString(0), r.GetString(1), Time(r.GetInt64(2))));

    public void Dispose() => _connection.Dispose();

    private void Prepare(string path)
    {
        // Exclusive: a second broker on the same directory must fail, not share. Full: each commit reaches the disk.
        Execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        var version = (long)Command("PRAGMA user_version").ExecuteScalar()!;
        if (version == 0)
            Execute($"BEGIN; {Schema} PRAGMA user_version = {SchemaVersion}; COMMIT;");
        else if (version != SchemaVersion)
            throw new IOException($"'{path}' has format {version}, this broker writes {SchemaVersion}; use another directory.");
    }

    private void Insert(string queue, StoredMessage message, SqliteTransaction transaction)
    {
        var content = message.Content;
        Run(
            _insert, transaction, message.Id, queue, message.SequenceNumber, message.EnqueuedSequenceNumber,
            message.EnqueuedAt.Ticks, message.ExpiresAt.Ticks, message.ScheduledFor?.Ticks, message.DeadLetterSource,
            (long)message.State, (long)message.DeliveryCount, content.Durable ? 1L : 0L, (long)content.Priority,
            content.TimeToLive?.Ticks, content.Annotations, content.Bare);
    }

    private static StoredMessage ReadMessage(SqliteDataReader row) => new()
    {
        Id = row.GetInt64(0),
        SequenceNumber = row.GetInt64(2),
        EnqueuedSequenceNumber = row.GetInt64(3),
        EnqueuedAt = Time(row.GetInt64(4)),
        ExpiresAt = Time(row.GetInt64(5)),
        ScheduledFor = row.IsDBNull(6) ? null : Time(row.GetInt64(6)),
        DeadLetterSource = row.IsDBNull(7) ? null : row.GetString(7),
        State = (MessageState)row.GetInt32(8),
        DeliveryCount = row.GetInt32(9),
        Content = new MessageContent(
            bare: (byte[])row[14],
            annotations: row.IsDBNull(13) ? null : (byte[])row[13],
            durable: row.GetInt64(10) != 0,
            priority: row.GetByte(11),
            timeToLive: row.IsDBNull(12) ? null : TimeSpan.FromTicks(row.GetInt64(12))),
    };

    private static DateTime Time(long ticks) => new(ticks, DateTimeKind.Utc);

    /// <summary>Makes a command whose parameters are set by position, in the order in which they stand in its text.</summary>
    private SqliteCommand Command(string text)
    {
        var command = _connection.CreateCommand();
        command.CommandText = text;
        foreach (var name in text.Split([' ', ',', '(', ')', '\n'], StringSplitOptions.RemoveEmptyEntries).Where(w => w[0] == '$'))
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object?> values)
    {
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }

    private List<T> Read<T>(string query, Func<SqliteDataReader, T> convert)
    {
        using var command = Command(query);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(convert(reader));
        return rows;
    }

    private void Execute(string statements)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = statements;
        command.ExecuteNonQuery();
    }
}
