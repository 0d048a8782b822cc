namespace Ccr.Console.State;

/// <summary>A result as lists show it: small, since very many are held.</summary>
/// <param name="RequestId">Its request.</param>
/// <param name="Time">When it was decided.</param>
/// <param name="Machine">The machine as the result writes it; may be anybody's text.</param>
/// <param name="Domain">Its domain.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">The code.</param>
/// <param name="Meaning">What the code means.</param>
/// <param name="Site">The site.</param>
/// <param name="Source">Where the event came from.</param>
/// <param name="Kind">What tells it from other results of the request.</param>
internal sealed record ResultLine(
    string RequestId, DateTimeOffset Time, string? Machine, string? Domain, Outcome Outcome, string Reason, string Meaning, string? Site, string Source,
    string Kind)
{
    /// <summary>The same for the row of the ledger and the message of the topic that say the same.</summary>
    public (string, string) Key => (RequestId, Kind);

    /// <summary>The machine's key in the ledger, when it has one.</summary>
    public string? MachineKey => Machine is null || Domain is null ? null : $@"{Domain}\{Machine}";

    public static ResultLine Of(ReinstallResult result) => new(
        result.RequestId, result.Time, result.Machine, result.Domain, result.Outcome, string.Intern(result.Reason), string.Intern(result.Meaning),
        result.Site is null ? null : string.Intern(result.Site), string.Intern(result.Source), KindOf(result));

    /// <summary>Whether the row is in the list that a filter means.</summary>
    public bool Matches(ResultFilter filter) => filter.Matches(Time, Outcome, Reason, Site, Source);

    private static string KindOf(ReinstallResult result) =>
        result.Late ? "late" : result.Outcome.IsTerminal() ? "terminal" : $"{result.Outcome} {(result.Until ?? result.Time).ToUnixTimeSeconds()}";
}
