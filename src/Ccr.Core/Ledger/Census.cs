namespace Ccr.Core.Ledger;

/// <summary>How many machines of the ledger stand how.</summary>
public sealed class Census
{
    private readonly Dictionary<MachineState, (int Count, DateTimeOffset? Oldest)> _states = [];

    /// <summary>How many machines the ledger knows.</summary>
    public int Machines { get; private set; }

    /// <summary>How many stand so.</summary>
    public int Count(MachineState state) => _states.GetValueOrDefault(state).Count;

    /// <summary>Since when the first of them does, if that is known.</summary>
    public DateTimeOffset? OldestOf(MachineState state) => _states.GetValueOrDefault(state).Oldest;

    /// <summary>Counts one machine, as it stands at a time.</summary>
    public void Add(MachineRecord machine, DateTimeOffset now)
    {
        var state = machine.StateAt(now);
        var (count, oldest) = _states.GetValueOrDefault(state);
        var since = machine.Since(now);
        _states[state] = (count + 1, since < oldest || oldest is null ? since : oldest);
        Machines++;
    }

    /// <summary>Counts all of them: what that costs in each store stands in the README of this folder.</summary>
    public static async Task<Census> TakeAsync(ILedgerView ledger, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var census = new Census();
        await foreach (var machine in Paging.AllAsync(after => ledger.ListMachinesAsync(new MachineFilter(), after, 1000, cancellationToken)))
            census.Add(machine, now);
        return census;
    }
}
