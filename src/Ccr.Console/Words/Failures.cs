using Ccr.Console.State;

namespace Ccr.Console.Words;

/// <summary>The failures of one code at one site.</summary>
/// <param name="Reason">The code.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="Site">The site, if any.</param>
/// <param name="Count">How many.</param>
public sealed record Failures(string Reason, string Meaning, string? Site, int Count)
{
    private const int Most = 8;

    internal static IReadOnlyList<Failures> Of(Snapshot now, TimeSpan span) =>
    [
        .. now.Results.TakeWhile(row => row.Time > now.At - span)
            .Where(row => row.Outcome is Outcome.Failed or Outcome.Indeterminate or Outcome.Rejected)
            .GroupBy(row => (row.Reason, row.Site))
            .Select(group => new Failures(group.Key.Reason, group.First().Meaning, group.Key.Site, group.Count()))
            .OrderByDescending(failures => failures.Count).ThenBy(failures => failures.Reason, StringComparer.Ordinal).Take(Most),
    ];
}
