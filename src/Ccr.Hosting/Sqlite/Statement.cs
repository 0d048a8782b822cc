using System.Text;
using SQLitePCL;

namespace Ccr.Hosting.Sqlite;

/// <summary>A statement that is prepared once, and run with ever new values by one thread at a time.</summary>
/// <remarks>
/// On SQLite's own functions, since SqliteCommand finds every parameter by its name and makes a reader each time, which took longer than the statements
/// of the ledger themselves.
/// </remarks>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    /// <summary>Runs it for its effect; returns how many rows it changed.</summary>
    public int Run(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        try
        {
            Step();
            return raw.sqlite3_changes(_database);
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>Runs it for its rows; <see cref="Next"/> comes to the first of them, and <see cref="Done"/> must end it.</summary>
    public Statement Query(params ReadOnlySpan<object?> values)
    {
        Bind(values);
        return this;
    }

    /// <summary>Comes to the next row, or says that there is none.</summary>
    public bool Next() => Step() == raw.SQLITE_ROW;

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>A column's bytes, until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    public void Done() => raw.sqlite3_reset(_statement);

    public void Dispose() => _statement.Dispose();

    private int Step()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE)) Check(code);
        return code;
    }

    private void Bind(ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            Check(values[index] switch
            {
                string text => raw.sqlite3_bind_text(_statement, index + 1, Encoding.UTF8.GetBytes(text)),
                byte[] bytes => raw.sqlite3_bind_blob(_statement, index + 1, bytes),
                long number => raw.sqlite3_bind_int64(_statement, index + 1, number),
                int number => raw.sqlite3_bind_int(_statement, index + 1, number),
                null => raw.sqlite3_bind_null(_statement, index + 1),
                var other => throw new ArgumentException($"A {other.GetType().Name} cannot be bound.", nameof(values)),
            });
        }
    }

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
