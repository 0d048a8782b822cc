using Azure;
using Azure.Data.Tables.Models;

namespace Ccr.Hosting.Tables;

/// <summary>
/// A ledger in Azure Table storage, for any number of instances. All rows of a machine are in one partition, so its record and a result are written in
/// one transaction; the record's ETag is the version that a write is based on.
/// </summary>
public sealed class TablesLedgerStore : IOperatorLedger
{
    private readonly TableClient _table;
    private readonly SightingRows _sightings;
    private readonly TablesLists _lists;

    private TablesLedgerStore(TableClient table)
    {
        _table = table;
        _sightings = new SightingRows(table);
        _lists = new TablesLists(table);
    }

    /// <summary>Opens the ledger, and makes its table if there is none.</summary>
    /// <exception cref="LedgerException">The account cannot be reached, or does not let us in.</exception>
    public static TablesLedgerStore Open(TableClient table)
    {
        try
        {
            // Asked before it is made: an identity may use a table without the right to make one.
            if (!Exists(table)) table.CreateIfNotExists();
        }
        catch (Exception fault)
        {
            throw TablesFaults.Of(table, LedgerReasons.CannotOpen, fault);
        }

        return new TablesLedgerStore(table);
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        var partition = Rows.MachinePartition(machineKey);
        var rows = await OnReadAsync(
            () => Task.WhenAll(FindAsync(partition, Rows.Machine, cancellationToken), FindAsync(partition, Rows.ResultRow(requestId), cancellationToken)),
            cancellationToken);
        return new LedgerState(machineKey, rows[0]?.ETag.ToString(), Rows.ReadMachine(rows[0]), Rows.ReadResult(rows[1]));
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        var rows = new List<TableTransactionAction>(2);
        if (machine is not null) rows.Add(Change(Rows.Of(machine, basis.MachineKey), basis.Version));
        if (result is not null) rows.Add(new TableTransactionAction(TableTransactionActionType.Add, Rows.Of(result, basis.MachineKey)));
        if (rows.Count == 0) return basis;

        if (await TryWriteAsync(rows, cancellationToken) is not { } tag) return null;
        return new LedgerState(basis.MachineKey, machine is null ? basis.Version : tag, machine ?? basis.Machine, result ?? basis.Result);
    }

    /// <inheritdoc/>
    public async ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken)
    {
        var sighted = await OnWriteAsync(() => _sightings.SightAsync(sighting, cancellationToken), cancellationToken);
        return new ClaimAttempt(mayPass(sighted) ? await TryWriteAsync(basis, machine, null, cancellationToken) : null, sighted);
    }

    /// <inheritdoc/>
    public async ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken)
    {
        var partition = TableClient.CreateQueryFilter($"PartitionKey eq {Rows.MachinePartition(machineKey)}");
        var rows = await OnReadAsync(async () => await _table.QueryAsync<TableEntity>(partition, cancellationToken: cancellationToken)
            .ToListAsync(cancellationToken), cancellationToken);
        var results = rows.Where(row => row.RowKey != Rows.Machine).Select(row => Rows.ReadResult(row)!).OrderBy(result => result.Time);
        return new MachineHistory(Rows.ReadMachine(rows.Find(row => row.RowKey == Rows.Machine)), [.. results]);
    }

    /// <inheritdoc/>
    public async ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken)
    {
        var row = await OnReadAsync(() => FindAsync(Rows.Switches, key, cancellationToken), cancellationToken);
        return new SwitchState(key, row?.ETag.ToString(), Rows.ReadSwitch(row));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken) =>
        await TryWriteAsync([Change(Rows.Of(record), basis.Version)], cancellationToken) is not null;

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, OperatorAction action, CancellationToken cancellationToken)
    {
        var noted = new TableTransactionAction(TableTransactionActionType.UpsertReplace, Rows.Of(action));
        return await TryWriteAsync([Change(Rows.Of(record), basis.Version), noted], cancellationToken) is not null;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteMachineAsync(
        LedgerState basis, MachineRecord machine, OperatorAction action, CancellationToken cancellationToken)
    {
        // They are in two partitions, which no transaction spans: the action is noted as begun first.
        await WriteActionAsync(action with { Outcome = ActionOutcome.InProgress, Done = 0 }, cancellationToken);
        var written = await TryWriteAsync(basis, machine, null, cancellationToken) is not null;
        if (written) await WriteActionAsync(action, cancellationToken);
        else await OnWriteAsync(() => _table.DeleteEntityAsync(Rows.Switches, Rows.ActionRow(action.Id), ETag.All, cancellationToken), cancellationToken);
        return written;
    }

    /// <inheritdoc/>
    public async ValueTask WriteActionAsync(OperatorAction action, CancellationToken cancellationToken) =>
        await OnWriteAsync(() => _table.UpsertEntityAsync(Rows.Of(action), TableUpdateMode.Replace, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) =>
        await OnWriteAsync(() => _table.UpsertEntityAsync(Rows.Of(agent), TableUpdateMode.Replace, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ListPage<MachineRecord>> ListMachinesAsync(MachineFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        await OnReadAsync(() => _lists.MachinesAsync(filter, after, take, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ListPage<ReinstallResult>> ListResultsAsync(ResultFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        await OnReadAsync(() => _lists.ResultsAsync(filter, after, take, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ListPage<OperatorAction>> ListActionsAsync(string? after, int take, CancellationToken cancellationToken) =>
        await OnReadAsync(() => _lists.ActionsAsync(after, take, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SwitchRecord>> ListSwitchesAsync(CancellationToken cancellationToken) =>
        await OnReadAsync(() => _lists.SwitchesAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AgentHeard>> ListAgentsAsync(CancellationToken cancellationToken) =>
        await OnReadAsync(() => _lists.AgentsAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken)
    {
        // Every answer of the service carries its Date.
        var answer = await OnReadAsync(
            () => _table.GetEntityIfExistsAsync<TableEntity>(Rows.Switches, SwitchRecord.PauseKey, cancellationToken: cancellationToken), cancellationToken);
        return answer.GetRawResponse().Headers.Date;
    }

    /// <inheritdoc/>
    public async ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var pruned = 0;
        var over = TableClient.CreateQueryFilter($"Over lt {before}");
        var rows = await OnReadAsync(async () => await _table.QueryAsync<TableEntity>(over, select: ["PartitionKey", "RowKey"],
            cancellationToken: cancellationToken).ToListAsync(cancellationToken), cancellationToken);
        foreach (var row in rows)
        {
            if (await OnWriteAsync(() => TryDeleteAsync(row, cancellationToken), cancellationToken)) pruned++;
        }

        return pruned;
    }

    private static bool Exists(TableClient table)
    {
        try
        {
            table.GetEntity<TableEntity>(Rows.Switches, SwitchRecord.PauseKey);
            return true;
        }
        catch (RequestFailedException fault) when (fault.Status == 404)
        {
            return fault.ErrorCode != TableErrorCode.TableNotFound;
        }
    }

    private static TableTransactionAction Change(TableEntity row, string? version) => version is null
        ? new TableTransactionAction(TableTransactionActionType.Add, row)
        : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, new ETag(version));

    private Task<T> OnReadAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        TablesFaults.GuardAsync(_table, LedgerReasons.CannotRead, call, cancellationToken);

    private Task<T> OnWriteAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken) =>
        TablesFaults.GuardAsync(_table, LedgerReasons.CannotWrite, call, cancellationToken);

    private async Task<TableEntity?> FindAsync(string partition, string key, CancellationToken cancellationToken)
    {
        var response = await _table.GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: cancellationToken);
        return response.HasValue ? response.Value : null;
    }

    /// <summary>Writes all of the rows or none; returns the first one's ETag, or null when another write came first.</summary>
    private Task<string?> TryWriteAsync(List<TableTransactionAction> rows, CancellationToken cancellationToken) => OnWriteAsync(
        async () =>
        {
            try
            {
                var response = await _table.SubmitTransactionAsync(rows, cancellationToken);
                return response.Value[0].Headers.ETag.ToString();
            }
            catch (RequestFailedException conflict) when (conflict.Status is 404 or 409 or 412)
            {
                // The client tries again when an answer is lost, and then meets its own first try.
                var stored = await FindAsync(rows[0].Entity.PartitionKey, rows[0].Entity.RowKey, cancellationToken);
                return Rows.IsSameWrite(stored, rows[0].Entity) ? stored!.ETag.ToString() : null;
            }
        },
        cancellationToken);

    private async Task<bool> TryDeleteAsync(TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
            return response.Status != 404;
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            return false;
        }
    }
}
