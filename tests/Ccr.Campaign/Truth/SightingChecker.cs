namespace Ccr.Campaign.Truth;

/// <summary>
/// Joins results and verifications with what the site itself knows of its machines: each push ends in exactly one final verification, as the machine's
/// fate says; nothing else is verified, and nothing follows the end.
/// </summary>
internal static class SightingChecker
{
    /// <param name="answers">The results that were heard.</param>
    /// <param name="sightings">The verifications that were heard, each as often as it was heard.</param>
    /// <param name="isBack">Whether a machine's client was back at a time, by the site's own knowledge.</param>
    /// <param name="mayBeUnknown">Whether that nobody could look can be true of it.</param>
    public static Verdict Check(
        IReadOnlyCollection<Answer> answers, IReadOnlyCollection<Sighting> sightings, Func<string, DateTimeOffset, bool> isBack,
        Func<Sighting, bool> mayBeUnknown)
    {
        var pushed = Pushed(answers).ToDictionary(answer => answer.RequestId, StringComparer.Ordinal);
        var seen = sightings.DistinctBy(sighting => (sighting.MessageId, sighting.Content)).ToLookup(sighting => sighting.RequestId, StringComparer.Ordinal);
        return Verdict.Nothing with
        {
            Lost = [.. pushed.Values.Where(answer => !seen[answer.RequestId].Any(sighting => sighting.IsFinal))
                .Select(answer => $"{answer.EventId} ({answer.Machine}) is {answer.Outcome}, and has no final verification")],
            Duplicated = [.. seen.SelectMany(Doubled)],
            Unexpected =
            [
                .. sightings.Where(sighting => !pushed.ContainsKey(sighting.RequestId))
                    .Select(sighting => $"{sighting.Machine} is {sighting.Outcome}, and was not pushed"),
                .. sightings.Where(sighting => sighting.IsFinal).DistinctBy(sighting => sighting.RequestId)
                    .Where(sighting => !IsRight(sighting, isBack, mayBeUnknown))
                    .Select(sighting => $"{sighting.Machine} is {sighting.Outcome} {sighting.Reason}, which its fate contradicts: {sighting.Content}"),
            ],
        };
    }

    /// <summary>The results that say that a machine was, or may have been, pushed.</summary>
    public static IEnumerable<Answer> Pushed(IReadOnlyCollection<Answer> answers) =>
        answers.Where(answer => answer.Outcome is "Accepted" or "Indeterminate").DistinctBy(answer => answer.RequestId);

    private static IEnumerable<string> Doubled(IGrouping<string, Sighting> request)
    {
        var said = string.Join(", ", request.Select(sighting => $"{sighting.Number} {sighting.Outcome} {sighting.Reason}"));
        if (request.Count(sighting => sighting.IsFinal) > 1) yield return $"{request.First().Machine} has several ends: {said}";
        if (request.GroupBy(sighting => sighting.MessageId).Any(message => message.Count() > 1)) yield return $"{request.First().Machine}: one id, and two contents: {said}";
        if (request.FirstOrDefault(sighting => sighting.IsFinal) is { } end && request.Any(sighting => sighting.Number > end.Number))
            yield return $"{request.First().Machine}: something follows the end: {said}";
    }

    private static bool IsRight(Sighting sighting, Func<string, DateTimeOffset, bool> isBack, Func<Sighting, bool> mayBeUnknown) => sighting.Outcome switch
    {
        "Verified" => isBack(sighting.Machine, sighting.Time),
        "NotVerified" => !isBack(sighting.Machine, TimeProvider.System.GetUtcNow()),
        _ => mayBeUnknown(sighting),
    };
}
