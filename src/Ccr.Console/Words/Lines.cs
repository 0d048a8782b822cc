using System.Globalization;
using Ccr.Console.State;

namespace Ccr.Console.Words;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">Its values, one for each point; null where nobody knows: a gap, never a zero.</param>
/// <param name="IsPale">Whether it is there only to compare with.</param>
public sealed record Line(string Name, IReadOnlyList<double?> Values, bool IsPale = false);

/// <summary>The lines of the charts.</summary>
internal static class Lines
{
    /// <summary>The age of the oldest waiting request in minutes, by site: how old it was at most in each step.</summary>
    public static (IReadOnlyList<DateTimeOffset> Times, IReadOnlyList<Line> Lines) OldestWaiting(Snapshot now, TimeSpan span, TimeSpan step)
    {
        var end = new DateTimeOffset((now.At.UtcTicks / step.Ticks * step.Ticks) + step.Ticks, TimeSpan.Zero);
        var times = Enumerable.Range(0, (int)(span / step)).Select(i => end - span + (i * step)).ToList();
        var samples = times.ConvertAll(from => now.Waiting.Where(sample => sample.At >= from && sample.At < from + step).ToList());
        var sites = now.Waiting.SelectMany(sample => sample.Ages.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return (times,
        [
            .. sites.Select(site => new Line(
                site.Length == 0 ? "no site yet" : Text.Show(site),
                [.. samples.Select(some => some.Count == 0 ? null : (double?)some.Max(sample => sample.Ages.GetValueOrDefault(site).TotalMinutes))])),
        ]);
    }

    /// <summary>The share of machines that are back by the time since they were accepted: of the last day, of the day before, and of a week ago.</summary>
    public static IReadOnlyList<Line> ShareOfBack(MachineCounts counts) =>
    [
        .. counts.ShareBack.Where(cohort => cohort.Value.Pushes > 0).OrderBy(cohort => cohort.Key).Select(cohort => new Line(
            string.Create(CultureInfo.InvariantCulture, $"{NameOf(cohort.Key)} ({cohort.Value.Pushes})"), cohort.Value.Percent, IsPale: cohort.Key > 0)),
    ];

    private static string NameOf(int daysAgo) => daysAgo switch { 0 => "last 24 h", 1 => "the day before", _ => "a week ago" };
}
