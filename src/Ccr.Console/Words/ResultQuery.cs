using System.Globalization;
using Ccr.Console.State;

namespace Ccr.Console.Words;

/// <summary>Which results, as the address of the page says it: times in UTC, and relative ones stay relative.</summary>
internal sealed record ResultQuery(string? Outcome, string? Reason, string? Site, string? Source, string? From, string? To, string? Range)
{
    public const string DefaultRange = "24h";

    public static IReadOnlyList<string> Ranges { get; } = ["15m", "1h", DefaultRange, "7d"];

    public ResultFilter ToFilter(DateTimeOffset now) => new()
    {
        From = TimeOf(From) ?? (To is null ? now - LengthOf(Range) : DateTimeOffset.MinValue),
        To = TimeOf(To) ?? DateTimeOffset.MaxValue,
        Outcome = Enum.TryParse<Outcome>(Outcome, ignoreCase: true, out var outcome) ? outcome : null,
        Reason = NullIfEmpty(Reason),
        Site = NullIfEmpty(Site),
        Source = NullIfEmpty(Source),
    };

    public IReadOnlyList<(string Name, string? Value)> ToFilters() =>
        [("outcome", Outcome), ("reason", Reason), ("site", Site), ("source", Source), ("from", From), ("to", To), ("range", Range)];

    /// <summary>
    /// The rows that were read, with those that came in since, each once, latest first. What came in is held without a gap, so the two join; once it alone
    /// fills <paramref name="most"/> rows, the rows that were read are left out until they are read again.
    /// </summary>
    public static IReadOnlyList<ResultLine> Merge(IReadOnlyList<ResultLine> read, IReadOnlyList<ResultLine> recent, ResultFilter filter, int most)
    {
        var newest = recent.Where(row => row.Matches(filter)).Take(most).ToList();
        if (newest.Count == most) return newest;
        var known = newest.Select(row => row.Key).ToHashSet();
        return
        [
            .. newest.Concat(read.Where(row => known.Add(row.Key))).OrderByDescending(row => row.Time).ThenBy(row => row.RequestId, StringComparer.Ordinal),
        ];
    }

    private static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    private static TimeSpan LengthOf(string? range) => range switch
    {
        "15m" => TimeSpan.FromMinutes(15),
        "1h" => TimeSpan.FromHours(1),
        "7d" => TimeSpan.FromDays(7),
        _ => TimeSpan.FromHours(24),
    };

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
