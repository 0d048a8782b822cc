using Ccr.Console.State;

namespace Ccr.Console.Words;

/// <summary>Something that waits for a person.</summary>
/// <param name="What">What it is.</param>
/// <param name="Count">How many; null when nobody knows.</param>
/// <param name="Since">Since when the oldest waits.</param>
/// <param name="Link">Where to go.</param>
internal sealed record ForYou(string What, int? Count, DateTimeOffset? Since, string Link)
{
    /// <summary>All of them, also those of which there are none: a list that hides its zeros cannot be told from one that is broken.</summary>
    public static IReadOnlyList<ForYou> Of(Snapshot now)
    {
        var isKnown = now.Ledger.AnsweredAt is not null;
        var brakes = now.Switches.Where(known => known.IsBrake && known.HoldsAt(now.At)).ToList();
        var indeterminate = now.Results.Where(row => row.Outcome == Outcome.Indeterminate).ToList();
        return
        [
            new ForYou(
                "Quarantined machines", now.Machines?.Of(MachineState.Quarantined), now.Machines?.Census.OldestOf(MachineState.Quarantined),
                "/machines?state=Quarantined"),
            new ForYou("Groups of dead letters", now.DeadLetters?.Count, now.DeadLetters?.Min(cause => (DateTimeOffset?)cause.First), "/dead-letters"),
            new ForYou("Brakes that hold", isKnown ? brakes.Count : null, brakes.Count > 0 ? brakes.Min(brake => brake.Since) : null, "/sites"),
            new ForYou(
                "Indeterminate requests", isKnown && now.IsDayRead ? indeterminate.Count : null, indeterminate.LastOrDefault()?.Time,
                "/results?outcome=Indeterminate"),
        ];
    }
}
