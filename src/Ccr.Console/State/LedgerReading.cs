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

    private static readonly TimeSpan DayAgainAfter = TimeSpan.FromMinutes(5);

    private DateTimeOffset? _readTo;
    private DateTimeOffset _dayReadAt;
    private bool _isDayRead;
    private string? _older;
    private int _round;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        var switches = await view.ListSwitchesAsync(cancellationToken);
        var isSeldom = _round++ % Seldom == 0 || !switches.SequenceEqual(state.Now.Switches);
        var agents = isSeldom ? await view.ListAgentsAsync(cancellationToken) : state.Now.Agents;
        var actions = isSeldom ? (await view.ListActionsAsync(null, ActionsShown, cancellationToken)).Rows : state.Now.Actions;
        await ReadResultsAsync(cancellationToken);
        state.Update(now => now with
        {
            Switches = switches,
            Agents = agents,
            Actions = actions,
            Results = recent.Rows,
            IsCut = recent.IsCut,
            IsDayRead = _isDayRead,
            Ledger = new SourceHealth(time.GetUtcNow()),
        });
    }

    /// <summary>
    /// First the latest page, then with each reading what is new and one page more of the day. The day is read again now and then: a result that an agent
    /// brought home late has its old time, and stands where nobody looks again.
    /// </summary>
    private async Task ReadResultsAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var dayAgo = now - RecentResults.Span;
        if (_readTo is { } readTo)
        {
            var filter = new ResultFilter { From = readTo - Overlap };
            var latest = await Paging.AllAsync(after => view.ListResultsAsync(filter, after, PageSize, cancellationToken)).ToListAsync(cancellationToken);
            recent.Add(latest.Select(ResultLine.Of), now);
            _readTo = now;
        }

        if (_isDayRead && now - _dayReadAt < DayAgainAfter) return;
        var page = await view.ListResultsAsync(new ResultFilter { From = dayAgo }, _older, PageSize, cancellationToken);
        recent.Add(page.Rows.Select(ResultLine.Of), now);
        _older = page.Next;
        _readTo ??= now;
        if (_older is null || recent.IsCut) (_isDayRead, _dayReadAt, _older) = (true, now, null);
    }
}
