using System.Globalization;

namespace Ccr.Core.Ledger;

/// <summary>Cuts pages out of rows, the same way for every store.</summary>
public static class Paging
{
    /// <summary>The rows of a page, out of all that come after the page before it.</summary>
    /// <param name="rows">They, in the order of the list; more of them than are needed are not read.</param>
    /// <param name="matches">Which of them are in the list.</param>
    /// <param name="placeOf">Where the next page begins when a row was the last of this one.</param>
    /// <param name="take">How many at most.</param>
    public static ListPage<T> Take<T>(IEnumerable<T> rows, Func<T, bool> matches, Func<T, string> placeOf, int take)
    {
        var cut = new Cut<T>(matches, placeOf, take);
        foreach (var row in rows)
        {
            if (!cut.TryAdd(row)) break;
        }

        return cut.Page;
    }

    /// <summary>The same of rows that come by and by.</summary>
    public static async Task<ListPage<T>> TakeAsync<T>(IAsyncEnumerable<T> rows, Func<T, bool> matches, Func<T, string> placeOf, int take)
    {
        var cut = new Cut<T>(matches, placeOf, take);
        await foreach (var row in rows)
        {
            if (!cut.TryAdd(row)) break;
        }

        return cut.Page;
    }

    /// <summary>The page with other rows.</summary>
    public static ListPage<TOther> Select<T, TOther>(this ListPage<T> page, Func<T, TOther> other) => new([.. page.Rows.Select(other)], page.Next);

    /// <summary>All of a list, for where it is known to be short or all of it is wanted.</summary>
    public static async IAsyncEnumerable<T> AllAsync<T>(Func<string?, ValueTask<ListPage<T>>> read)
    {
        string? after = null;
        do
        {
            var page = await read(after);
            foreach (var row in page.Rows) yield return row;
            after = page.Next;
        }
        while (after is not null);
    }

    /// <summary>A page that grows; the row behind its last shows that there is another one.</summary>
    private sealed class Cut<T>(Func<T, bool> matches, Func<T, string> placeOf, int take)
    {
        private readonly List<T> _rows = [];
        private int _looked;
        private string? _last;
        private bool _isMore;

        public ListPage<T> Page => new(_rows, _isMore ? _last : null);

        public bool TryAdd(T row)
        {
            if (_rows.Count >= take || _looked >= ILedgerView.MostLookedAt)
            {
                _isMore = true;
                return false;
            }

            _looked++;
            _last = placeOf(row);
            if (matches(row)) _rows.Add(row);
            return true;
        }
    }
}

/// <summary>Where a result stands in the list of all: latest first, and among those of one time by machine and request, backwards too.</summary>
/// <param name="Ticks">Its time in UTC, in units of 100 ns.</param>
/// <param name="MachineKey">Its machine.</param>
/// <param name="RequestId">Its request.</param>
public sealed record ResultPlace(long Ticks, string MachineKey, string RequestId)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else, as it may come from a URL.</summary>
    public static ResultPlace? Parse(string? text) =>
        text?.Split('|') is [var ticks, var machine, var request] && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ResultPlace(number, machine, request)
            : null;

    /// <summary>The order of the list.</summary>
    public static IComparer<ResultPlace> Order { get; } = Comparer<ResultPlace>.Create((one, other) =>
        other.Ticks.CompareTo(one.Ticks) is not 0 and var time ? time
        : string.CompareOrdinal(other.MachineKey, one.MachineKey) is not 0 and var machine ? machine
        : string.CompareOrdinal(other.RequestId, one.RequestId));

    /// <summary>Whether it comes after a place; after none, everything does.</summary>
    public bool IsAfter(string? place) => Parse(place) is not { } other || Order.Compare(this, other) > 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Ticks}|{MachineKey}|{RequestId}");
}
