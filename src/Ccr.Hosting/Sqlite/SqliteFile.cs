using System.Globalization;

namespace Ccr.Hosting.Sqlite;

/// <summary>Opens the file and makes sure that it is a sound ledger.</summary>
internal static class SqliteFile
{
    /// <summary>"CCRL" in the file's header (sqlite.org/fileformat.html, application id), so that no other file is taken for a ledger.</summary>
    private const int ApplicationId = 0x4343_524C;

    private const int SchemaVersion = 1;

    /// <summary>
    /// Every page that a write touches goes to the log whole, so what is written together lies together: a machine's record (in the row without a
    /// request) beside its results. <c>time</c> is when a row is over; an open record has none.
    /// </summary>
    private const string Schema =
        """
        CREATE TABLE machines (
            machine TEXT NOT NULL, request TEXT NOT NULL, version INTEGER NOT NULL, time INTEGER, json BLOB NOT NULL, PRIMARY KEY (machine, request)
        ) WITHOUT ROWID;
        CREATE TABLE switches (key TEXT PRIMARY KEY, version INTEGER NOT NULL, json BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE sightings (site TEXT NOT NULL, machine TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (site, machine)) WITHOUT ROWID;
        CREATE INDEX sightings_seen ON sightings (site, seen);
        """;

    /// <summary>
    /// What lists need, added to files of earlier versions too; a program of an earlier version goes on with it. The index of the records has an entry
    /// for a machine that never changes; that of the results grows at its end only.
    /// </summary>
    private const string Lists =
        """
        CREATE TABLE IF NOT EXISTS actions (id TEXT PRIMARY KEY, time INTEGER NOT NULL, json BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS agents (key TEXT PRIMARY KEY, time INTEGER NOT NULL, json BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS commits (number INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS machines_records ON machines (machine) WHERE request = '';
        CREATE INDEX IF NOT EXISTS machines_results ON machines (time, machine, request) WHERE request <> '';
        """;

    public static SqliteConnection OpenForReading(string path)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 5 };
        var connection = new SqliteConnection(settings.ConnectionString);
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 5000;");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the file for its writer, or makes it.</summary>
    public static SqliteConnection OpenForWriting(string path)
    {
        SqliteConnection? connection = null;
        try
        {
            MakePrivate(path);

            // Before the ledger, which another process may be writing.
            var committed = CommitCount.Read(path);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ConnectionString);
            connection.Open();
            Prepare(connection, path);
            Compare(connection, path, committed);
            return connection;
        }
        catch (Exception fault)
        {
            connection?.Dispose();
            throw fault switch
            {
                SqliteException sqlite => SqliteFaults.OnOpen(path, sqlite),
                IOException or UnauthorizedAccessException => new LedgerException(LedgerReasons.CannotOpen, $"{path}: {fault.Message}", fault),
                _ => fault,
            };
        }
    }

    /// <summary>
    /// Makes the folder and the file for their owner alone, where they are not there yet: machine names and what was pushed are nobody else's business.
    /// SQLite gives its log the same rights as the file.
    /// </summary>
    private static void MakePrivate(string path)
    {
        PrivateFolder.Create(Path.GetDirectoryName(path)!);
        if (OperatingSystem.IsWindows() || File.Exists(path)) return;
        PrivateFolder.OpenFile(path).Dispose();
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        // In this order: another process that makes the tables meanwhile sets the id with them.
        var tables = CountTables(connection);
        var applicationId = ReadNumber(connection, "PRAGMA application_id");
        if (applicationId != ApplicationId && (applicationId != 0 || tables != 0))
            throw new LedgerException(LedgerReasons.NotOurs, $"{path} is another program's database");

        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4000; PRAGMA busy_timeout = 5000;");
        if (tables == 0) Create(connection);

        var version = ReadNumber(connection, "PRAGMA user_version");
        if (version != SchemaVersion)
            throw new LedgerException(LedgerReasons.NotOurs, $"{path} has version {version}, and this program knows version {SchemaVersion}");

        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        if (check.ExecuteScalar() is not "ok")
            throw new LedgerException(LedgerReasons.Damaged, $"{path} fails SQLite's quick_check");
        Execute(connection, Lists);
    }

    private static void Compare(SqliteConnection connection, string path, long? committed)
    {
        Execute(connection, "INSERT INTO commits SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM commits)");
        var found = ReadNumber(connection, "SELECT number FROM commits");
        if (found >= (committed ?? 0)) return;
        throw new LedgerException(LedgerReasons.Shortened, $"{path} has {found} transactions, and {CommitCount.PathOf(path)} knows of {committed}");
    }

    private static void Create(SqliteConnection connection)
    {
        // Processes that start together all find an empty file; the first to lock it makes the tables.
        Execute(connection, "BEGIN IMMEDIATE");
        if (CountTables(connection) == 0)
        {
            Execute(connection, string.Create(CultureInfo.InvariantCulture, $"{Schema} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = " +
                $"{SchemaVersion};"));
        }

        Execute(connection, "COMMIT");
    }

    private static long CountTables(SqliteConnection connection) => ReadNumber(connection, "SELECT count(*) FROM sqlite_schema");

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long ReadNumber(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
