using Bunit;
using Ccr.Console.Components.Parts;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Ccr.Console.Tests.Components;

/// <summary>A list: what it says when it has nothing to show, and when it stands still.</summary>
public sealed class ListingTests : IDisposable
{
    private readonly BunitContext _context = new();
    private readonly ConsoleState _state = new(TimeProvider.System);
    private IReadOnlyList<string> _live = [];

    public ListingTests() => _context.Services.AddSingleton(_state).AddSingleton(TimeProvider.System);

    [Fact]
    public void Listing_ThatIsEmptyFilteredOrFailed_SaysEachInItsOwnWords()
    {
        var empty = Render(_ => Page());
        var filtered = Render(_ => Page(), filter: "x");
        var further = Render(_ => Page() with { Next = "key" }, filter: "x");
        var failed = Render(_ => throw new LedgerException(LedgerReasons.CannotRead, "the disk is gone"));

        empty.WaitForAssertion(() => Assert.Contains("nothing at all", empty.Markup, StringComparison.Ordinal));
        filtered.WaitForAssertion(() => Assert.Contains("0 match", filtered.Markup, StringComparison.Ordinal));
        further.WaitForAssertion(() => Assert.Contains("Look further", further.Markup, StringComparison.Ordinal));
        failed.WaitForAssertion(() => Assert.Contains("the disk is gone", failed.Find("[role=alert]").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Listing_UnderThePointer_StandsStillAndCountsWhatIsNewer()
    {
        var list = Render(_ => Page("a"));
        list.WaitForAssertion(() => Assert.Equal("a", list.Find("td").TextContent));
        list.Find(".scroll").PointerEnter();

        Come("b", "c");

        list.WaitForAssertion(() => Assert.Contains("2 newer", list.Markup, StringComparison.Ordinal));
        Assert.Single(list.FindAll("td"));
        list.Find(".scroll").PointerLeave();
        list.WaitForAssertion(() => Assert.Equal(3, list.FindAll("td").Count));
    }

    [Fact]
    public void Listing_OfAnotherFilter_ForgetsThePointerThatWasOverTheOldOne()
    {
        var list = Render(_ => Page("a"));
        list.WaitForAssertion(() => Assert.Equal("a", list.Find("td").TextContent));
        list.Find(".scroll").PointerEnter();

        list.Render(parameters => parameters.Add(each => each.Filters, [("q", "other")]));
        list.WaitForAssertion(() => Assert.Equal("a", list.Find("td").TextContent));
        Come("b");

        list.WaitForAssertion(() => Assert.Equal(2, list.FindAll("td").Count));
    }

    public void Dispose() => _context.Dispose();

    private static ListPage<string> Page(params string[] rows) => new(rows, null);

    private void Come(params string[] rows)
    {
        _live = rows;
        _state.Show();
    }

    private IRenderedComponent<Listing<string>> Render(Func<string?, ListPage<string>> read, string? filter = null) =>
        _context.Render<Listing<string>>(parameters => parameters
            .Add(list => list.What, "the rows").Add(list => list.Path, "/rows").Add(list => list.Filters, [("q", filter)])
            .Add(list => list.Read, (after, _) => ValueTask.FromResult(read(after)))
            .Add(list => list.Merge, rows => [.. rows.Concat(_live)])
            .Add(list => list.Empty, "nothing at all").Add(list => list.Header, "<th>Row</th>")
            .Add(list => list.Row, (RenderFragment<string>)(row => builder => builder.AddContent(0, Cell(row)))));

    private static RenderFragment Cell(string row) => builder =>
    {
        builder.OpenElement(0, "td");
        builder.AddContent(1, row);
        builder.CloseElement();
    };
}
