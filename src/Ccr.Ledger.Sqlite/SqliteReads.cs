using System.Text.Json;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Microsoft.Data.Sqlite;

namespace Ccr.Ledger.Sqlite;

/// <summary>The prepared reads of one connection; used by one thread at a time.</summary>
internal sealed class SqliteReads : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _state;
    private readonly SqliteCommand _switch;

    public SqliteReads(SqliteConnection connection)
    {
        _connection = connection;

        // One statement is one snapshot: the record and the result belong together.
        _state = connection.Prepare(
            """
            SELECT m.version, m.record, r.result FROM (SELECT 1)
            LEFT JOIN machines m ON m.key = $machine LEFT JOIN results r ON r.request_id = $request
            """,
            "$machine",
            "$request");
        _switch = connection.Prepare("SELECT version, record FROM switches WHERE key = $key", "$key");
    }

    public LedgerState State(string machineKey, string requestId)
    {
        using var reader = _state.With(machineKey, requestId).ExecuteReader();
        reader.Read();
        var version = reader.IsDBNull(0) ? 0 : reader.GetInt64(0);
        var record = version == 0 ? null : JsonSerializer.Deserialize(Bytes(reader, 1), LedgerJson.Default.MachineRecord);
        var result = reader.IsDBNull(2) ? null : JsonSerializer.Deserialize(Bytes(reader, 2), ResultJson.Default.ReinstallResult);
        return new LedgerState(machineKey, SqliteLedgerStore.MarkOf(version), record, result);
    }

    public SwitchState Switch(string key)
    {
        using var reader = _switch.With(key).ExecuteReader();
        return reader.Read()
            ? new SwitchState(key, SqliteLedgerStore.MarkOf(reader.GetInt64(0)), JsonSerializer.Deserialize(Bytes(reader, 1), LedgerJson.Default.SwitchRecord))
            : new SwitchState(key, null, null);
    }

    public MachineHistory History(string machineKey)
    {
        using var command = _connection.Prepare("SELECT result FROM results WHERE machine_key = $machine ORDER BY time, rowid", "$machine");
        var results = new List<ReinstallResult>();
        using (var reader = command.With(machineKey).ExecuteReader())
        {
            while (reader.Read()) results.Add(JsonSerializer.Deserialize(Bytes(reader, 0), ResultJson.Default.ReinstallResult)!);
        }

        return new MachineHistory(State(machineKey, "").Machine, results);
    }

    public void Dispose()
    {
        _state.Dispose();
        _switch.Dispose();
        _connection.Dispose();
    }

    private static byte[] Bytes(SqliteDataReader reader, int column) => reader.GetFieldValue<byte[]>(column);
}

/// <summary>Commands that are prepared once and run with ever new values.</summary>
internal static class PreparedCommands
{
    public static SqliteCommand Prepare(this SqliteConnection connection, string sql, params ReadOnlySpan<string> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var parameter in parameters) command.Parameters.AddWithValue(parameter, DBNull.Value);
        command.Prepare();
        return command;
    }

    public static SqliteCommand With(this SqliteCommand command, params ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++) command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return command;
    }
}
