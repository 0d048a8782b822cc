namespace Ccr.Console.State;

/// <summary>The results of the last day, latest first, each once, whichever way it came in. Reading is free of locks: what was read never changes.</summary>
internal sealed class RecentResults(int most = RecentResults.Most)
{
    /// <summary>How many are held; with more in a day, the oldest are left out, and the page says since when it counts.</summary>
    public const int Most = 100_000;

    public static readonly TimeSpan Span = TimeSpan.FromHours(24);

    private readonly HashSet<(string, string)> _known = [];
    private readonly Lock _lock = new();
    private ResultLine[] _rows = [];

    /// <summary>All rows, latest first.</summary>
    public IReadOnlyList<ResultLine> Rows => Volatile.Read(ref _rows);

    /// <summary>Whether a day has more than are held.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Adds those that are not known, drops what is older than a day; returns whether anything was added.</summary>
    public bool Add(IEnumerable<ResultLine> rows, DateTimeOffset now)
    {
        lock (_lock)
        {
            var added = rows.Where(row => row.Time > now - Span && _known.Add(row.Key)).ToList();
            if (added.Count == 0) return false;

            var all = _rows.Concat(added).ToArray();
            Array.Sort(all, (a, b) => b.Time.CompareTo(a.Time) is not 0 and var order ? order : string.CompareOrdinal(a.RequestId, b.RequestId));
            var kept = Math.Min(all.Length, most);
            while (kept > 0 && all[kept - 1].Time <= now - Span) kept--;
            IsCut |= all.Length > most;
            foreach (var row in all.AsSpan(kept)) _known.Remove(row.Key);
            Volatile.Write(ref _rows, all[..kept]);
            return true;
        }
    }
}
