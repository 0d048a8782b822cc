namespace Ccr.Console.State;

/// <summary>Reads all machines in the background, page by page, and counts them.</summary>
internal sealed class MachineCount(ILedgerView view, ConsoleState state, TimeProvider time)
{
    private const int PageSize = 1000;

    private readonly WaitingHistory _waiting = new();

    public async Task CountAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var counter = new MachineCounter(now);
        string? after = null;
        var read = 0;
        do
        {
            var page = await view.ListMachinesAsync(new MachineFilter { At = now }, after, PageSize, cancellationToken);
            foreach (var machine in page.Rows) counter.Add(machine);
            read += page.Rows.Count;
            after = page.Next;
            var soFar = read;
            state.Update(known => known with { MachinesRead = soFar });
        }
        while (after is not null);
        var counts = counter.Result();
        _waiting.Add(counts);
        state.Update(known => known with { Machines = counts, Waiting = _waiting.Samples });
    }
}
