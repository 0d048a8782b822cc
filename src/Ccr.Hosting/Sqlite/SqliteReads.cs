namespace Ccr.Hosting.Sqlite;

/// <summary>The prepared reads of one connection; used by one thread at a time.</summary>
internal sealed class SqliteReads(SqliteConnection connection) : IDisposable
{
    // One statement is one snapshot: the record and the result belong together.
    private readonly Statement _state = new(connection, "SELECT version, json FROM machines WHERE machine = ? AND request IN ('', ?)");
    private readonly Statement _switch = new(connection, "SELECT version, json FROM switches WHERE key = ?");
    private readonly Statement _results = new(connection, "SELECT version, json FROM machines WHERE machine = ? AND request <> '' ORDER BY time");
    private readonly Statement _over = new(connection, "SELECT machine, request FROM machines WHERE time < ? LIMIT ?");

    /// <summary>What is read a page at a time.</summary>
    public SqliteLists Lists { get; } = new(connection);

    public LedgerState State(string machineKey, string requestId)
    {
        var state = new LedgerState(machineKey, null, null, null);
        try
        {
            _state.Query(machineKey, requestId);
            while (_state.Next())
            {
                // Results are never changed, and have no version.
                var version = _state.Number(0);
                if (version == 0)
                {
                    state = state with { Result = Result(_state) };
                    continue;
                }

                var machine = JsonSerializer.Deserialize(_state.Bytes(1), LedgerJson.Default.MachineRecord);
                state = state with { Version = SqliteLedgerStore.MarkOf(version), Machine = machine };
            }
        }
        finally
        {
            _state.Done();
        }

        return state;
    }

    public SwitchState Switch(string key)
    {
        try
        {
            return _switch.Query(key).Next()
                ? new SwitchState(key, SqliteLedgerStore.MarkOf(_switch.Number(0)),
                    JsonSerializer.Deserialize(_switch.Bytes(1), LedgerJson.Default.SwitchRecord))
                : new SwitchState(key, null, null);
        }
        finally
        {
            _switch.Done();
        }
    }

    public MachineHistory History(string machineKey)
    {
        var results = new List<ReinstallResult>();
        try
        {
            _results.Query(machineKey);
            while (_results.Next()) results.Add(Result(_results)!);
        }
        finally
        {
            _results.Done();
        }

        return new MachineHistory(State(machineKey, "").Machine, results);
    }

    /// <summary>The records that are not over; there is no index for them, as this is asked once in a process.</summary>
    public List<MachineRecord> Open()
    {
        var records = new List<MachineRecord>();
        using var open = new Statement(connection, "SELECT json FROM machines WHERE request = '' AND time IS NULL");
        open.Query();
        while (open.Next()) records.Add(JsonSerializer.Deserialize(open.Bytes(0), LedgerJson.Default.MachineRecord)!);
        open.Done();
        return records;
    }

    /// <summary>Some of the rows that are over since before a time.</summary>
    public List<(string Machine, string Request)> Over(DateTimeOffset before, int limit)
    {
        var rows = new List<(string, string)>();
        try
        {
            _over.Query(before.UtcTicks, limit);
            while (_over.Next()) rows.Add((_over.Text(0), _over.Text(1)));
        }
        finally
        {
            _over.Done();
        }

        return rows;
    }

    public void Dispose()
    {
        _state.Dispose();
        _switch.Dispose();
        _results.Dispose();
        _over.Dispose();
        connection.Dispose();
    }

    private static ReinstallResult? Result(Statement row) => JsonSerializer.Deserialize(row.Bytes(1), ResultJson.Default.ReinstallResult);
}
