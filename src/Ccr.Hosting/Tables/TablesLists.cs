namespace Ccr.Hosting.Tables;

/// <summary>The lists of the table. There is no index beside the two keys: what this costs stands in the README of Ccr.Core's folder Ledger.</summary>
internal sealed class TablesLists(TableClient table)
{
    /// <summary>The table service knows no earlier time than this (its documentation, property types).</summary>
    private static readonly DateTimeOffset Earliest = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The records stand in the order of their keys, each in a partition of its own, with results between them that the service passes over.</summary>
    public async Task<ListPage<MachineRecord>> MachinesAsync(MachineFilter filter, string? after, int take, CancellationToken cancellationToken)
    {
        var (first, end) = (Rows.MachinePartition(after ?? ""), Rows.EndOfMachines);
        var query = TableClient.CreateQueryFilter($"PartitionKey gt {first} and PartitionKey lt {end} and RowKey eq {Rows.Machine}");
        return await TakeAsync(query, row => Rows.ReadMachine(row)!, filter.Matches, machine => machine.Key, take, cancellationToken);
    }

    /// <summary>Reads all results of the time that is asked for, since they stand by machine and not by time, and keeps the latest of them.</summary>
    public async Task<ListPage<ReinstallResult>> ResultsAsync(ResultFilter filter, string? after, int take, CancellationToken cancellationToken)
    {
        var from = filter.From < Earliest ? Earliest : filter.From;
        var query = TableClient.CreateQueryFilter(
            $"RowKey ge {Rows.ResultRow("")} and RowKey lt {Rows.EndOfResults} and Over ge {from} and Over lt {filter.To}");
        var latest = new SortedList<ResultPlace, ReinstallResult>(ResultPlace.Order);
        await foreach (var row in table.QueryAsync<TableEntity>(query, cancellationToken: cancellationToken))
        {
            var result = Rows.ReadResult(row)!;
            var place = new ResultPlace(result.Time.UtcTicks, row.PartitionKey, result.RequestId);
            if (!place.IsAfter(after) || !filter.Matches(result)) continue;

            latest.Add(place, result);
            if (latest.Count > take + 1) latest.RemoveAt(latest.Count - 1);
        }

        return new ListPage<ReinstallResult>([.. latest.Values.Take(take)], latest.Count > take && take > 0 ? latest.Keys[take - 1].ToString() : null);
    }

    /// <summary>They stand latest first, in one partition.</summary>
    public async Task<ListPage<OperatorAction>> ActionsAsync(string? after, int take, CancellationToken cancellationToken)
    {
        var first = after is null ? Rows.Actions : Rows.ActionRow(after);
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {Rows.Switches} and RowKey gt {first} and RowKey lt {Rows.EndOfActions}");
        return await TakeAsync(query, Rows.ReadAction, _ => true, action => action.Id, take, cancellationToken);
    }

    public async Task<IReadOnlyList<SwitchRecord>> SwitchesAsync(CancellationToken cancellationToken)
    {
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {Rows.Switches} and RowKey ge {SwitchRecord.BrakeKey("")} and RowKey lt {"pausf"}");
        var records = await table.QueryAsync<TableEntity>(query, cancellationToken: cancellationToken).Select(row => Rows.ReadSwitch(row)!)
            .ToListAsync(cancellationToken);
        return records.FindAll(record => record.IsPause || record.IsBrake);
    }

    public async Task<IReadOnlyList<AgentHeard>> AgentsAsync(CancellationToken cancellationToken)
    {
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {Rows.Agents}");
        var agents = await table.QueryAsync<TableEntity>(query, cancellationToken: cancellationToken).Select(Rows.ReadAgent).ToListAsync(cancellationToken);
        return [.. agents.OrderBy(agent => agent.Key, StringComparer.Ordinal)];
    }

    private Task<ListPage<T>> TakeAsync<T>(
        string query, Func<TableEntity, T> read, Func<T, bool> matches, Func<T, string> placeOf, int take, CancellationToken cancellationToken)
    {
        // As many as a page can need: the service answers with 1,000 at the most at once.
        var rows = table.QueryAsync<TableEntity>(query, Math.Clamp(take + 1, 1, 1000), cancellationToken: cancellationToken);
        return Paging.TakeAsync(rows.Select(read), matches, placeOf, take);
    }
}
