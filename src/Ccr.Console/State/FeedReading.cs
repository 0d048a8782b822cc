namespace Ccr.Console.State;

/// <summary>Looks at the results on the topic from a cursor on. It takes nothing, so that any number of consoles see all of them.</summary>
internal sealed class FeedReading(IResultView results, RecentResults recent, ConsoleState state, TimeProvider time)
{
    private const int PageSize = 250;

    private long _next;

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        while (await results.PeekAsync(_next, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            _next = page[^1].SequenceNumber + 1;
            recent.Add(page.Where(seen => seen.Result is not null).Select(seen => ResultLine.Of(seen.Result!)), time.GetUtcNow());
        }

        state.Update(now => now with { Results = recent.Rows, IsCut = recent.IsCut, Broker = new SourceHealth(time.GetUtcNow()) });
    }
}
