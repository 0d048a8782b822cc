using System.Globalization;
using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>A ledger that lives as long as its process: for a local run and for tests.</summary>
public sealed class InMemoryLedgerStore : IOperatorLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Version, MachineRecord Record)> _machines = new(StringComparer.Ordinal);
    private readonly Dictionary<(string MachineKey, string RequestId), ReinstallResult> _results = [];
    private readonly Dictionary<string, (long Version, SwitchRecord Record)> _switches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, DateTimeOffset>> _sightings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, OperatorAction> _actions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AgentHeard> _agents = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var (version, record) = _machines.GetValueOrDefault(machineKey);
            return ValueTask.FromResult(new LedgerState(machineKey, Mark(version), record, _results.GetValueOrDefault((machineKey, requestId))));
        }
    }

    /// <inheritdoc/>
    public ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(TryWrite(basis, machine, result));
    }

    /// <inheritdoc/>
    public ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var sighted = Sight(sighting);
            return ValueTask.FromResult(new ClaimAttempt(mayPass(sighted) ? TryWrite(basis, machine, null) : null, sighted));
        }
    }

    /// <inheritdoc/>
    public ValueTask<MachineHistory> ReadHistoryAsync(string machineKey, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var results = _results.Where(row => row.Key.MachineKey == machineKey).Select(row => row.Value).OrderBy(result => result.Time).ToList();
            return ValueTask.FromResult(new MachineHistory(_machines.GetValueOrDefault(machineKey).Record, results));
        }
    }

    /// <inheritdoc/>
    public ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var (version, record) = _switches.GetValueOrDefault(key);
            return ValueTask.FromResult(new SwitchState(key, Mark(version), record));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, CancellationToken cancellationToken)
    {
        lock (_gate) return ValueTask.FromResult(TryWriteSwitch(basis, record));
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryWriteSwitchAsync(SwitchState basis, SwitchRecord record, OperatorAction action, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var written = TryWriteSwitch(basis, record);
            if (written) _actions[action.Id] = action;
            return ValueTask.FromResult(written);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryWriteMachineAsync(LedgerState basis, MachineRecord machine, OperatorAction action, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var written = TryWrite(basis, machine, null) is not null;
            if (written) _actions[action.Id] = action;
            return ValueTask.FromResult(written);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteActionAsync(OperatorAction action, CancellationToken cancellationToken)
    {
        lock (_gate) _actions[action.Id] = action;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask WriteAgentAsync(AgentHeard agent, CancellationToken cancellationToken)
    {
        lock (_gate) _agents[agent.Key] = agent;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<ListPage<MachineRecord>> ListMachinesAsync(MachineFilter filter, string? after, int take, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var rows = _machines.Values.Select(row => row.Record).Where(machine => string.CompareOrdinal(machine.Key, after) > 0)
                .OrderBy(machine => machine.Key, StringComparer.Ordinal);
            return ValueTask.FromResult(Paging.Take(rows, filter.Matches, machine => machine.Key, take));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ListPage<ReinstallResult>> ListResultsAsync(ResultFilter filter, string? after, int take, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var rows = _results.Select(row => (Place: new ResultPlace(row.Value.Time.UtcTicks, row.Key.MachineKey, row.Key.RequestId), Result: row.Value))
                .Where(row => row.Place.IsAfter(after) && row.Result.Time >= filter.From && row.Result.Time < filter.To)
                .OrderBy(row => row.Place, ResultPlace.Order);
            var page = Paging.Take(rows, row => filter.Matches(row.Result), row => row.Place.ToString(), take);
            return ValueTask.FromResult(page.Select(row => row.Result));
        }
    }

    /// <inheritdoc/>
    public ValueTask<ListPage<OperatorAction>> ListActionsAsync(string? after, int take, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var rows = _actions.Values.Reverse().Where(action => after is null || string.CompareOrdinal(action.Id, after) < 0);
            return ValueTask.FromResult(Paging.Take(rows, _ => true, action => action.Id, take));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<SwitchRecord>> ListSwitchesAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var switches = _switches.Values.Select(row => row.Record).Where(record => record.IsPause || record.IsBrake);
            return new([.. switches.OrderBy(record => record.Key, StringComparer.Ordinal)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AgentHeard>> ListAgentsAsync(CancellationToken cancellationToken)
    {
        lock (_gate) return new([.. _agents.Values.OrderBy(agent => agent.Key, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> ReadTimeAsync(CancellationToken cancellationToken) => new((DateTimeOffset?)null);

    /// <inheritdoc/>
    public ValueTask<int> PruneAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var pruned = Remove(_results, result => result.Time < before) + Remove(_machines, entry => entry.Record.Closed < before)
                + Remove(_actions, action => action.At < before) + Remove(_agents, agent => agent.HeardAt < before);
            return ValueTask.FromResult(pruned + _sightings.Values.Sum(machines => Remove(machines, seen => seen < before)));
        }
    }

    private LedgerState? TryWrite(LedgerState basis, MachineRecord? machine, ReinstallResult? result)
    {
        var version = _machines.GetValueOrDefault(basis.MachineKey).Version;
        if (result is not null && _results.ContainsKey((basis.MachineKey, result.RequestId))) return null;
        if (machine is not null && basis.Version != Mark(version)) return null;

        if (machine is not null) _machines[basis.MachineKey] = (++version, machine);
        if (result is not null) _results[(basis.MachineKey, result.RequestId)] = result;
        return new LedgerState(basis.MachineKey, machine is null ? basis.Version : Mark(version), machine ?? basis.Machine, result ?? basis.Result);
    }

    private bool TryWriteSwitch(SwitchState basis, SwitchRecord record)
    {
        var version = _switches.GetValueOrDefault(basis.Key).Version;
        if (basis.Version != Mark(version)) return false;

        _switches[basis.Key] = (version + 1, record);
        return true;
    }

    private Sighted Sight(Sighting sighting)
    {
        if (!_sightings.TryGetValue(sighting.Site, out var machines))
            _sightings[sighting.Site] = machines = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        if (!machines.TryGetValue(sighting.MachineKey, out var since) || since < sighting.KeepSince)
            machines[sighting.MachineKey] = since = sighting.At;
        return new Sighted(since, !machines.Values.Where(seen => seen >= sighting.CountSince).Skip(sighting.Limit).Any());
    }

    private static int Remove<TKey, T>(IDictionary<TKey, T> rows, Predicate<T> isOver)
        where TKey : notnull
    {
        var over = rows.Where(row => isOver(row.Value)).Select(row => row.Key).ToList();
        return over.Count(rows.Remove);
    }

    private static string? Mark(long version) => version == 0 ? null : version.ToString(CultureInfo.InvariantCulture);
}
