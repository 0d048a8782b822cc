namespace Ccr.Cli.Output;

/// <summary>How a run ended. The outcomes add up to the results, and results and lost to what was asked for.</summary>
internal sealed record Summary(
    int Events,
    int Results,
    int Accepted,
    int Suppressed,
    int Ignored,
    int Rejected,
    int Failed,
    int Indeterminate,
    int DryRun,
    int Lost,
    long Submissions)
{
    /// <summary>Of how many pushes the client was seen to be back; null in a run that does not look.</summary>
    public int? Verified { get; init; }

    /// <summary>Of how many it was not.</summary>
    public int? NotVerified { get; init; }

    /// <summary>Of how many nobody could say.</summary>
    public int? Unknown { get; init; }

    public static Summary Of(int events, int expected, IReadOnlyDictionary<Outcome, int> outcomes, long submissions)
    {
        var results = outcomes.Values.Sum();
        return new Summary(
            events,
            results,
            outcomes.GetValueOrDefault(Outcome.Accepted),
            outcomes.GetValueOrDefault(Outcome.Suppressed),
            outcomes.GetValueOrDefault(Outcome.Ignored),
            outcomes.GetValueOrDefault(Outcome.Rejected),
            outcomes.GetValueOrDefault(Outcome.Failed),
            outcomes.GetValueOrDefault(Outcome.Indeterminate),
            outcomes.GetValueOrDefault(Outcome.DryRun),
            expected - results,
            submissions);
    }
}
