namespace Ccr.Hosting.Sqlite;

/// <summary>The prepared writes of the one writing connection. Each is a step of a transaction that others share.</summary>
internal sealed class SqliteWrites(SqliteConnection connection) : IDisposable
{
    private readonly Statement _begin = new(connection, "BEGIN IMMEDIATE");
    private readonly Statement _commit = new(connection, "COMMIT");
    private readonly Statement _count = new(connection, "UPDATE commits SET number = number + 1 RETURNING number");
    private readonly Statement _rollBack = new(connection, "ROLLBACK");
    private readonly Statement _findResult = new(connection, "SELECT 1 FROM machines WHERE machine = ? AND request = ?");
    private readonly Statement _addResult = new(connection, "INSERT INTO machines (machine, request, version, time, json) VALUES (?, ?, 0, ?, ?)");

    private readonly Statement _addMachine = new(
        connection, "INSERT INTO machines (machine, request, version, time, json) VALUES (?, '', 1, ?, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _setMachine = new(
        connection, "UPDATE machines SET version = version + 1, time = ?2, json = ?3 WHERE machine = ?1 AND request = '' AND version = ?4");

    private readonly Statement _addSwitch = new(connection, "INSERT INTO switches (key, version, json) VALUES (?, 1, ?) ON CONFLICT DO NOTHING");

    private readonly Statement _setSwitch = new(
        connection, "UPDATE switches SET version = version + 1, json = ?2 WHERE key = ?1 AND version = ?3");

    private readonly Statement _sight = new(
        connection,
        """
        INSERT INTO sightings (site, machine, seen) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET seen = excluded.seen WHERE seen < ?4
        """);

    private readonly Statement _findSighting = new(connection, "SELECT seen FROM sightings WHERE site = ? AND machine = ?");

    private readonly Statement _countSightings = new(connection, "SELECT count(*) FROM (SELECT 1 FROM sightings WHERE site = ? AND seen >= ? LIMIT ?)");

    /// <summary>Changes when another connection has written (sqlite.org/pragma.html, data_version).</summary>
    private readonly Statement _dataVersion = new(connection, "PRAGMA data_version");
    private readonly SightingCounts _counts = new();

    private readonly Statement _setAction = new(
        connection, "INSERT INTO actions (id, time, json) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json");

    private readonly Statement _setAgent = new(
        connection,
        """
        INSERT INTO agents (key, time, json) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET time = excluded.time, json = excluded.json WHERE time < excluded.time
        """);

    private readonly Statement _prune = new(connection, "DELETE FROM machines WHERE machine = ? AND request = ? AND time < ?");
    private readonly Statement _pruneSightings = new(connection, "DELETE FROM sightings WHERE seen < ?");
    private readonly Statement _pruneActions = new(connection, "DELETE FROM actions WHERE time < ?");
    private readonly Statement _pruneAgents = new(connection, "DELETE FROM agents WHERE time < ?");

    public void Begin()
    {
        _begin.Run();
        _counts.AreOf(Find(_dataVersion)!.Value);
    }

    /// <summary>Commits; returns how many transactions there are with this one.</summary>
    public long Commit()
    {
        var number = Find(_count)!.Value;
        _commit.Run();
        return number;
    }

    public void RollBack() => _rollBack.Run();

    public bool TryWrite(MachineRow? machine, ResultRow? result)
    {
        // Looked for first: nothing else of the transaction may be undone for this one.
        if (result is not null && Find(_findResult, result.MachineKey, result.RequestId) is not null) return false;
        if (machine is not null && !TryWrite(machine)) return false;
        if (result is not null) _addResult.Run(result.MachineKey, result.RequestId, result.Time, result.Json);
        return true;
    }

    public bool TryWriteSwitch(string key, long version, byte[] json) =>
        (version == 0 ? _addSwitch.Run(key, json) : _setSwitch.Run(key, json, version)) == 1;

    public void Write(OperatorAction action) =>
        _setAction.Run(action.Id, action.At.UtcTicks, JsonSerializer.SerializeToUtf8Bytes(action, LedgerJson.Default.OperatorAction));

    public void Write(AgentHeard agent) =>
        _setAgent.Run(agent.Key, agent.HeardAt.UtcTicks, JsonSerializer.SerializeToUtf8Bytes(agent, LedgerJson.Default.AgentHeard));

    public Sighted Sight(Sighting sighting)
    {
        var isNew = _sight.Run(sighting.Site, sighting.MachineKey, sighting.At.UtcTicks, sighting.KeepSince.UtcTicks) == 1;
        var seen = isNew ? sighting.At.UtcTicks : Find(_findSighting, sighting.Site, sighting.MachineKey)!.Value;
        if (isNew) _counts.Added(sighting.Site);
        var isWithin = _counts.AreWithin(sighting)
            || _counts.AreWithin(sighting, Find(_countSightings, sighting.Site, sighting.CountSince.UtcTicks, sighting.Limit + 1L)!.Value);
        return new Sighted(new DateTimeOffset(seen, TimeSpan.Zero), isWithin);
    }

    public int Prune(IEnumerable<(string Machine, string Request)> rows, DateTimeOffset before) =>
        rows.Sum(row => _prune.Run(row.Machine, row.Request, before.UtcTicks));

    public int PruneNotes(DateTimeOffset before) =>
        _pruneSightings.Run(before.UtcTicks) + _pruneActions.Run(before.UtcTicks) + _pruneAgents.Run(before.UtcTicks);

    public void Dispose()
    {
        Statement[] all =
        [
            _begin, _commit, _count, _rollBack, _findResult, _addResult, _addMachine, _setMachine, _addSwitch, _setSwitch, _sight, _findSighting,
            _countSightings, _dataVersion, _setAction, _setAgent, _prune, _pruneSightings, _pruneActions, _pruneAgents,
        ];
        foreach (var statement in all) statement.Dispose();
        connection.Dispose();
    }

    private static long? Find(Statement statement, params ReadOnlySpan<object?> values)
    {
        try
        {
            return statement.Query(values).Next() ? statement.Number(0) : null;
        }
        finally
        {
            statement.Done();
        }
    }

    private bool TryWrite(MachineRow row) =>
        (row.Version == 0 ? _addMachine.Run(row.Key, row.Closed, row.Json) : _setMachine.Run(row.Key, row.Closed, row.Json, row.Version)) == 1;
}

/// <summary>A machine's record as it is stored, based on a version of it, or on none.</summary>
internal sealed record MachineRow(string Key, long Version, long? Closed, byte[] Json)
{
    public static MachineRow Of(MachineRecord record, string key, long version) =>
        new(key, version, record.Closed?.UtcTicks, JsonSerializer.SerializeToUtf8Bytes(record, LedgerJson.Default.MachineRecord));
}

/// <summary>A result as it is stored.</summary>
internal sealed record ResultRow(string RequestId, string MachineKey, long Time, byte[] Json)
{
    public static ResultRow Of(ReinstallResult result, string machineKey) =>
        new(result.RequestId, machineKey, result.Time.UtcTicks, JsonSerializer.SerializeToUtf8Bytes(result, ResultJson.Default.ReinstallResult));
}
