namespace Ccr.Console.State;

/// <summary>Reads the ledger's short lists and its latest results.</summary>
internal sealed class LedgerReading(ILedgerView view, RecentResults recent, ConsoleState state, TimeProvider time)
{
    private const int PageSize = 500;
    private const int ActionsShown = 20;

    /// <summary>Instances' clocks differ, and a result is written a little after its time: so much is read again.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(15);

    /// <summary>Actions and agents change seldom: they are read every so many times.</summary>
    private const int Seldom = 4;

    private DateTimeOffset? _readTo;
    private string? _older;
    private int _round;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var switches = await view.ListSwitchesAsync(cancellationToken);
        var isSeldom = _round++ % Seldom == 0 || !SameSwitches(switches);
        var agents = isSeldom ? await view.ListAgentsAsync(cancellationToken) : state.Now.Agents;
        var actions = isSeldom ? (await view.ListActionsAsync(null, ActionsShown, cancellationToken)).Rows : state.Now.Actions;
        await ReadResultsAsync(cancellationToken);
        state.Update(now => now with
        {
            Switches = [.. switches.Where(known => known.IsPause || known.IsBrake)],
            Agents = agents,
            Actions = actions,
            Results = recent.Rows,
            IsCut = recent.IsCut,
            IsDayRead = _older is null || recent.IsCut,
            Ledger = now.Ledger.Answered(time.GetUtcNow()),
        });
    }

    private bool SameSwitches(IReadOnlyList<SwitchRecord> switches) =>
        switches.Where(known => known.IsPause || known.IsBrake).SequenceEqual(state.Now.Switches);

    /// <summary>First the latest page, then with each reading what is new and one page more of the day.</summary>
    private async Task ReadResultsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var dayAgo = now - RecentResults.Span;
        string? after = null;
        var filter = new ResultFilter { From = _readTo - Overlap ?? dayAgo };
        do
        {
            var page = await view.ListResultsAsync(filter, after, PageSize, cancellationToken);
            recent.Add(page.Rows.Select(ResultRow.Of), now);
            after = page.Next;
            if (_readTo is null) _older = after;
        }
        while (_readTo is not null && after is not null);
        _readTo = now;

        if (_older is null || recent.IsCut) return;
        var older = await view.ListResultsAsync(new ResultFilter { From = dayAgo }, _older, PageSize, cancellationToken);
        recent.Add(older.Rows.Select(ResultRow.Of), now);
        _older = older.Next;
    }
}
