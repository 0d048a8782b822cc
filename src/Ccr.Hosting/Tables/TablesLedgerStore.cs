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
    private readonly TableAccess _access;
    private readonly UnreadClaims _unread;
    private readonly SightingRows _sightings;
    private readonly RecentSwitches _switches;
    private readonly TablesLists _lists;

    private TablesLedgerStore(TableClient table, TimeProvider time)
    {
        _table = table;
        _access = new TableAccess(table);
        _unread = new UnreadClaims(_access);
        _sightings = new SightingRows(table);
        _switches = new RecentSwitches(key => ReadSwitchAsync(key, CancellationToken.None).AsTask(), time);
        _lists = new TablesLists(table);
    }

    /// <summary>Opens the ledger, and makes its table if there is none.</summary>
    /// <param name="table">The table.</param>
    /// <param name="time">By which switches grow old; default the computer's.</param>
    /// <exception cref="LedgerException">The account cannot be reached, or does not let us in.</exception>
    public static TablesLedgerStore Open(TableClient table, TimeProvider? time = null)
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

        return new TablesLedgerStore(table, time ?? TimeProvider.System);
    }

    /// <inheritdoc/>
    public bool MayBeNew(string machineKey) => _unread.MayBeNew(machineKey);

    /// <inheritdoc/>
    public async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        var partition = Rows.MachinePartition(machineKey);
        var rows = await Task.WhenAll(
            _access.FindAsync(partition, Rows.Machine, cancellationToken),
            _access.FindAsync(partition, Rows.ResultRow(requestId), cancellationToken));
        if (rows[0] is not null) _unread.Know(machineKey);
        return new LedgerState(machineKey, rows[0]?.ETag.ToString(), Rows.ReadMachine(rows[0]), Rows.ReadResult(rows[1]));
    }

    /// <inheritdoc/>
    public async ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        if (machine is null && result is null) return basis;

        var rows = new List<TableTransactionAction>(2);
        if (machine is not null)
        {
            _unread.Know(basis.MachineKey);
            rows.Add(Change(Rows.Of(machine, basis.MachineKey), basis.Version));
        }

        if (result is not null) rows.Add(new TableTransactionAction(TableTransactionActionType.Add, Rows.Of(result, basis.MachineKey)));
        var tag = basis.IsUnread
            ? await _unread.TryClaimAsync((TableEntity)rows[0].Entity, machine!.Claim!.RequestId, cancellationToken)
            : await _access.TryWriteAsync(rows, cancellationToken);
        if (tag is null) return null;
        return new LedgerState(basis.MachineKey, machine is null ? basis.Version : tag, machine ?? basis.Machine, result ?? basis.Result);
    }

    /// <inheritdoc/>
    public async ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken)
    {
        if (!basis.IsUnread)
        {
            var sighted = await SightAsync(sighting, cancellationToken);
            return new ClaimAttempt(mayPass(sighted) ? await TryWriteAsync(basis, machine, null, cancellationToken) : null, sighted);
        }

        // A machine that is known may not be noted before it is decided about it. So it is claimed first.
        return await TryWriteAsync(basis, machine, null, cancellationToken) is { } claimed
            ? await _unread.TakeBackUnlessAsync(
                Rows.MachinePartition(basis.MachineKey), claimed.Version!,
                async () =>
                {
                    var sighted = await SightAsync(sighting, cancellationToken);
                    return new ClaimAttempt(mayPass(sighted) ? claimed : null, sighted);
                },
                attempt => attempt.State is not null)
            : new ClaimAttempt(null, new Sighted(sighting.At, IsWithinLimit: true));
    }

    /// <inheritdoc/>
    public async ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken)
    {
        var partition = TableClient.CreateQueryFilter($"PartitionKey eq {Rows.MachinePartition(machineKey)}");
        var rows = await _access.OnReadAsync(async () => await _table.QueryAsync<TableEntity>(partition, cancellationToken: cancellationToken)
            .ToListAsync(cancellationToken), cancellationToken);
        var results = rows.Where(row => row.RowKey != Rows.Machine).Select(row => Rows.ReadResult(row)!).OrderBy(result => result.Time);
        return new MachineHistory(Rows.ReadMachine(rows.Find(row => row.RowKey == Rows.Machine)), [.. results]);
    }

    /// <inheritdoc/>
    public async ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken)
    {
        var row = await _access.FindAsync(Rows.Switches, key, cancellationToken);
        return new SwitchState(key, row?.ETag.ToString(), Rows.ReadSwitch(row));
    }

    /// <inheritdoc/>
    public async ValueTask<SwitchState> GlanceAtSwitchAsync(string key, CancellationToken cancellationToken) =>
        await _switches.ReadAsync(key, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken) =>
        await TryWriteSwitchAsync(basis.Key, [Change(Rows.Of(record), basis.Version)], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, OperatorAction action, CancellationToken cancellationToken)
    {
        var noted = new TableTransactionAction(TableTransactionActionType.UpsertReplace, Rows.Of(action));
        return await TryWriteSwitchAsync(basis.Key, [Change(Rows.Of(record), basis.Version), noted], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> TryWriteMachineAsync(
        LedgerState basis, MachineRecord machine, OperatorAction action, CancellationToken cancellationToken)
    {
        // They are in two partitions, which no transaction spans: the action is noted as begun first.
        await WriteActionAsync(action with { Outcome = ActionOutcome.InProgress, Done = 0 }, cancellationToken);
        var written = await TryWriteAsync(basis, machine, null, cancellationToken) is not null;
        if (written) await WriteActionAsync(action, cancellationToken);
        else await _access.TryDeleteAsync(new TableEntity(Rows.Switches, Rows.ActionRow(action.Id)) { ETag = ETag.All }, cancellationToken);
        return written;
    }

    /// <inheritdoc/>
    public async ValueTask WriteActionAsync(OperatorAction action, CancellationToken cancellationToken) =>
        await _access.OnWriteAsync(() => _table.UpsertEntityAsync(Rows.Of(action), TableUpdateMode.Replace, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken) =>
        await _access.OnWriteAsync(
            async () =>
            {
                // Two at once are of one agent within one second: whichever stays is of now.
                var row = Rows.Of(agent);
                var known = await _access.FindAsync(row.PartitionKey, row.RowKey, cancellationToken);
                if (known is not null && Rows.ReadAgent(known).HeardAt >= agent.HeardAt) return false;
                await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ListPage<MachineRecord>> ListMachinesAsync(MachineFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        await _access.OnReadAsync(() => _lists.MachinesAsync(filter, after, take, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ListPage<ReinstallResult>> ListResultsAsync(ResultFilter filter, string? after, int take, CancellationToken cancellationToken) =>
        await _access.OnReadAsync(() => _lists.ResultsAsync(filter, after, take, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ListPage<OperatorAction>> ListActionsAsync(string? after, int take, CancellationToken cancellationToken) =>
        await _access.OnReadAsync(() => _lists.ActionsAsync(after, take, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<SwitchRecord>> ListSwitchesAsync(CancellationToken cancellationToken) =>
        await _access.OnReadAsync(() => _lists.SwitchesAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<AgentHeard>> ListAgentsAsync(CancellationToken cancellationToken) =>
        await _access.OnReadAsync(() => _lists.AgentsAsync(cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken)
    {
        // Every answer of the service carries its Date.
        var answer = await _access.OnReadAsync(
            () => _table.GetEntityIfExistsAsync<TableEntity>(Rows.Switches, SwitchRecord.PauseKey, cancellationToken: cancellationToken), cancellationToken);
        return answer.GetRawResponse().Headers.Date;
    }

    /// <inheritdoc/>
    public async ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var pruned = 0;
        var over = TableClient.CreateQueryFilter($"Over lt {before}");
        var rows = await _access.OnReadAsync(async () => await _table.QueryAsync<TableEntity>(over, select: ["PartitionKey", "RowKey"],
            cancellationToken: cancellationToken).ToListAsync(cancellationToken), cancellationToken);
        foreach (var row in rows)
        {
            if (await _access.TryDeleteAsync(row, cancellationToken)) pruned++;
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

    private async Task<bool> TryWriteSwitchAsync(string key, List<TableTransactionAction> rows, CancellationToken cancellationToken)
    {
        try
        {
            return await _access.TryWriteAsync(rows, cancellationToken) is not null;
        }
        finally
        {
            // Also where another came first.
            _switches.Forget(key);
        }
    }

    private Task<Sighted> SightAsync(Sighting sighting, CancellationToken cancellationToken) =>
        _access.OnWriteAsync(() => _sightings.SightAsync(sighting, cancellationToken), cancellationToken);
}
