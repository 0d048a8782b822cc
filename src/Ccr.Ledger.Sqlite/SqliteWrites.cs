using System.Text.Json;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Microsoft.Data.Sqlite;

namespace Ccr.Ledger.Sqlite;

/// <summary>The prepared writes of the one writing connection. Each is a step of a transaction that others share.</summary>
internal sealed class SqliteWrites(SqliteConnection connection) : IDisposable
{
    private readonly SqliteCommand _begin = connection.Prepare("BEGIN IMMEDIATE");
    private readonly SqliteCommand _commit = connection.Prepare("COMMIT");
    private readonly SqliteCommand _rollBack = connection.Prepare("ROLLBACK");
    private readonly SqliteCommand _findResult = connection.Prepare("SELECT 1 FROM results WHERE request_id = $id", "$id");

    private readonly SqliteCommand _addResult = connection.Prepare(
        "INSERT INTO results (request_id, machine_key, time, result) VALUES ($id, $machine, $time, $result) ON CONFLICT DO NOTHING",
        "$id",
        "$machine",
        "$time",
        "$result");

    private readonly SqliteCommand _addMachine = connection.Prepare(
        "INSERT INTO machines (key, version, closed, record) VALUES ($key, 1, $closed, $record) ON CONFLICT DO NOTHING",
        "$key",
        "$closed",
        "$record");

    private readonly SqliteCommand _setMachine = connection.Prepare(
        "UPDATE machines SET version = version + 1, closed = $closed, record = $record WHERE key = $key AND version = $version",
        "$key",
        "$closed",
        "$record",
        "$version");

    private readonly SqliteCommand _addSwitch = connection.Prepare(
        "INSERT INTO switches (key, version, record) VALUES ($key, 1, $record) ON CONFLICT DO NOTHING", "$key", "$record");

    private readonly SqliteCommand _setSwitch = connection.Prepare(
        "UPDATE switches SET version = version + 1, record = $record WHERE key = $key AND version = $version", "$key", "$record", "$version");

    private readonly SqliteCommand _sight = connection.Prepare(
        """
        INSERT INTO sightings (site, machine_key, seen) VALUES ($site, $machine, $seen)
        ON CONFLICT DO UPDATE SET seen = iif(seen < $keepSince, excluded.seen, seen) RETURNING seen
        """,
        "$site",
        "$machine",
        "$seen",
        "$keepSince");

    private readonly SqliteCommand _count = connection.Prepare(
        "SELECT count(*) FROM (SELECT 1 FROM sightings WHERE site = $site AND seen >= $since LIMIT $limit)", "$site", "$since", "$limit");

    private readonly SqliteCommand[] _prunes =
    [
        connection.Prepare("DELETE FROM results WHERE rowid IN (SELECT rowid FROM results WHERE time < $before LIMIT $limit)", "$before", "$limit"),
        connection.Prepare("DELETE FROM machines WHERE key IN (SELECT key FROM machines WHERE closed < $before LIMIT $limit)", "$before", "$limit"),
        connection.Prepare("DELETE FROM sightings WHERE (site, machine_key) IN (SELECT site, machine_key FROM sightings WHERE seen < $before LIMIT $limit)", "$before", "$limit"),
    ];

    public void Begin() => _begin.ExecuteNonQuery();

    public void Commit() => _commit.ExecuteNonQuery();

    public void RollBack() => _rollBack.ExecuteNonQuery();

    public bool TryWrite(MachineRow? machine, ResultRow? result)
    {
        // Looked for first: nothing else of the transaction may be undone for this one.
        if (result is not null && _findResult.With(result.RequestId).ExecuteScalar() is not null) return false;
        if (machine is not null && !TryWrite(machine)) return false;
        if (result is not null) _addResult.With(result.RequestId, result.MachineKey, result.Time, result.Json).ExecuteNonQuery();
        return true;
    }

    public bool TryWriteSwitch(string key, long version, byte[] json) =>
        (version == 0 ? _addSwitch.With(key, json) : _setSwitch.With(key, json, version)).ExecuteNonQuery() == 1;

    public Sighted Sight(Sighting sighting)
    {
        var seen = (long)_sight.With(sighting.Site, sighting.MachineKey, sighting.At.UtcTicks, sighting.KeepSince.UtcTicks).ExecuteScalar()!;
        var count = (long)_count.With(sighting.Site, sighting.CountSince.UtcTicks, sighting.Limit + 1).ExecuteScalar()!;
        return new Sighted(new DateTimeOffset(seen, TimeSpan.Zero), (int)count);
    }

    public int Prune(DateTimeOffset before, int limit) => _prunes.Sum(prune => prune.With(before.UtcTicks, limit).ExecuteNonQuery());

    public void Dispose()
    {
        foreach (var command in new[] { _begin, _commit, _rollBack, _findResult, _addResult, _addMachine, _setMachine, _addSwitch, _setSwitch, _sight, _count }.Concat(_prunes))
            command.Dispose();
        connection.Dispose();
    }

    private bool TryWrite(MachineRow row)
    {
        var write = row.Version == 0 ? _addMachine.With(row.Key, row.Closed, row.Json) : _setMachine.With(row.Key, row.Closed, row.Json, row.Version);
        return write.ExecuteNonQuery() == 1;
    }
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
