using System.Globalization;
using Ccr.Core.Ledger;
using Microsoft.Data.Sqlite;

namespace Ccr.Ledger.Sqlite;

/// <summary>Opens the file and makes sure that it is a sound ledger.</summary>
internal static class SqliteFile
{
    /// <summary>"CCRL" in the file's header (sqlite.org/fileformat.html, application id), so that no other file is taken for a ledger.</summary>
    private const int ApplicationId = 0x4343_524C;

    private const int SchemaVersion = 1;

    private const string Schema =
        """
        CREATE TABLE machines (key TEXT PRIMARY KEY, version INTEGER NOT NULL, closed INTEGER, record BLOB NOT NULL) WITHOUT ROWID;
        CREATE INDEX machines_closed ON machines (closed) WHERE closed IS NOT NULL;
        CREATE TABLE results (request_id TEXT PRIMARY KEY, machine_key TEXT NOT NULL, time INTEGER NOT NULL, result BLOB NOT NULL);
        CREATE INDEX results_machine ON results (machine_key, time);
        CREATE INDEX results_time ON results (time);
        CREATE TABLE switches (key TEXT PRIMARY KEY, version INTEGER NOT NULL, record BLOB NOT NULL) WITHOUT ROWID;
        CREATE TABLE sightings (site TEXT NOT NULL, machine_key TEXT NOT NULL, seen INTEGER NOT NULL, PRIMARY KEY (site, machine_key)) WITHOUT ROWID;
        CREATE INDEX sightings_seen ON sightings (site, seen);
        """;

    public static SqliteConnection OpenForReading(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 5 }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static SqliteConnection OpenForWriting(string path)
    {
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ConnectionString);
            connection.Open();
            Prepare(connection, path);
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

    private static void Prepare(SqliteConnection connection, string path)
    {
        var applicationId = ReadNumber(connection, "PRAGMA application_id");
        var tables = ReadNumber(connection, "SELECT count(*) FROM sqlite_schema");
        if (applicationId != ApplicationId && (applicationId != 0 || tables != 0))
            throw new LedgerException(LedgerReasons.NotOurs, $"{path} is another program's database");

        Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
        if (tables == 0) Create(connection);

        var version = ReadNumber(connection, "PRAGMA user_version");
        if (version != SchemaVersion)
            throw new LedgerException(LedgerReasons.NotOurs, $"{path} has version {version}, and this program knows version {SchemaVersion}");

        using var check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        if (check.ExecuteScalar() is not "ok")
            throw new LedgerException(LedgerReasons.Damaged, $"{path} fails SQLite's quick_check");
    }

    private static void Create(SqliteConnection connection) => Execute(connection, string.Create(
        CultureInfo.InvariantCulture, $"BEGIN IMMEDIATE; {Schema} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {SchemaVersion}; COMMIT;"));

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
