using System.Globalization;
using Ccr.Console.State;

namespace Ccr.Console.Words;

/// <summary>One number that should be 0.</summary>
/// <param name="Title">Of what.</param>
/// <param name="Value">The number; <c>?</c> when nobody knows it.</param>
/// <param name="Since">Since when the oldest is so.</param>
/// <param name="Mood">How bad it is.</param>
/// <param name="Link">Where the list is.</param>
internal sealed record Tile(string Title, string Value, DateTimeOffset? Since, Mood Mood, string Link)
{
    /// <summary>Is anything lost or uncertain?</summary>
    public static IReadOnlyList<Tile> Of(Snapshot now)
    {
        var indeterminate = now.Results.Where(row => row.Outcome == Outcome.Indeterminate).ToList();
        var isDayKnown = now.Ledger.AnsweredAt is not null && now.IsDayRead;
        return
        [
            Make("Unanswered, past due", now.Machines?.Overdue, now.Machines?.OverdueSince, "/machines?state=Pushing"),
            Make(
                now.IsCut ? "Indeterminate, of the last 100,000" : "Indeterminate, 24 h", isDayKnown ? indeterminate.Count : null,
                indeterminate.LastOrDefault()?.Time, "/results?outcome=Indeterminate"),
            Make(
                "Dead letters", now.DeadLetters?.Sum(cause => cause.Numbers.Count), now.DeadLetters?.Min(cause => (DateTimeOffset?)cause.First),
                "/dead-letters"),
        ];
    }

    private static Tile Make(string title, int? count, DateTimeOffset? since, string link) => count is not { } number
        ? new Tile(title, "?", null, Mood.Unknown, link)
        : new Tile(title, number.ToString("N0", CultureInfo.InvariantCulture), number > 0 ? since : null, number > 0 ? Mood.Bad : Mood.Good, link);
}
