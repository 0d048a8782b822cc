using System.Text.Json.Serialization.Metadata;

namespace Ccr.Hosting.Sqlite;

/// <summary>The lists of one connection, read a page at a time; people ask for them, so their statements are made when they do.</summary>
internal sealed class SqliteLists(SqliteConnection connection)
{
    private const string SelectMachines = "SELECT json FROM machines WHERE request = '' AND machine > ? ORDER BY machine";

    /// <summary>From the latest on; the key of the place to go on from stands beside the time, as the index has it.</summary>
    private const string SelectResults =
        """
        SELECT json, time, machine, request FROM machines
        WHERE request <> '' AND time >= ?1 AND time < ?2 AND (time, machine, request) < (?3, ?4, ?5)
        ORDER BY time DESC, machine DESC, request DESC
        """;

    public ListPage<MachineRecord> Machines(MachineFilter filter, string? after, int take) => Paging.Take(
        Rows(SelectMachines, LedgerJson.Default.MachineRecord, after ?? "").Select(row => row.Value), filter.Matches, machine => machine.Key, take);

    public ListPage<ReinstallResult> Results(ResultFilter filter, string? after, int take)
    {
        var place = ResultPlace.Parse(after) ?? new ResultPlace(long.MaxValue, "", "");
        var rows = Rows(
            SelectResults, ResultJson.Default.ReinstallResult, filter.From.UtcTicks, filter.To.UtcTicks, place.Ticks, place.MachineKey, place.RequestId);
        return Paging.Take(
                rows.Select(row => (row.Value, Place: new ResultPlace(row.Statement.Number(1), row.Statement.Text(2), row.Statement.Text(3)))),
                row => filter.Matches(row.Value), row => row.Place.ToString(), take)
            .Select(row => row.Value);
    }

    /// <summary>An id is not longer than this text, nor after it.</summary>
    public ListPage<OperatorAction> Actions(string? after, int take) => Paging.Take(
        Rows("SELECT json FROM actions WHERE id < ? ORDER BY id DESC", LedgerJson.Default.OperatorAction, after ?? "~").Select(row => row.Value),
        _ => true, action => action.Id, take);

    public IReadOnlyList<SwitchRecord> Switches() =>
    [
        .. Rows("SELECT json FROM switches ORDER BY key", LedgerJson.Default.SwitchRecord).Select(row => row.Value)
            .Where(record => record.IsPause || record.IsBrake),
    ];

    public IReadOnlyList<AgentHeard> Agents() =>
        [.. Rows("SELECT json FROM agents ORDER BY key", LedgerJson.Default.AgentHeard).Select(row => row.Value)];

    private IEnumerable<(T Value, Statement Statement)> Rows<T>(string sql, JsonTypeInfo<T> type, params object?[] values)
    {
        using var statement = new Statement(connection, sql);
        statement.Query(values);
        while (statement.Next()) yield return (JsonSerializer.Deserialize(statement.Bytes(0), type)!, statement);
        statement.Done();
    }
}
