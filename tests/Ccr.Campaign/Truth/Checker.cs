namespace Ccr.Campaign.Truth;

/// <summary>
/// Joins what was sent, what the management point logged and what the topic carried. It knows nothing of the product but its promise, and for one run
/// within one cool-down: one submission a machine, one terminal result an event and machine, nothing that nobody asked for, and no outcome that the log
/// contradicts.
/// </summary>
internal static class Checker
{
    /// <summary>The AdminService answered with a ReturnValue that is not 0.</summary>
    private const string Declined = "CCR3414";

    public static Verdict Check(IReadOnlyCollection<Attempt> attempts, IReadOnlyCollection<Push> pushes, IReadOnlyCollection<Answer> answers, Remains remains)
    {
        var terminal = answers.Where(answer => answer.IsTerminal).ToList();
        var asked = attempts.ToDictionary(attempt => attempt.EventId, StringComparer.Ordinal);
        return new Verdict(
            new Counts
            {
                Attempted = attempts.Count,
                Acknowledged = attempts.Count(attempt => attempt.IsAcknowledged),
                Results = terminal.DistinctBy(answer => answer.RequestId).Count(),
                Repeated = terminal.Count - terminal.DistinctBy(answer => answer.RequestId).Count(),
                Submissions = pushes.Count,
                Accepted = CountOf(terminal, "Accepted"),
                Indeterminate = CountOf(terminal, "Indeterminate"),
                DeadLetters = remains.DeadLetters.Count,
                Waiting = remains.Waiting,
            },
            [.. Lost(attempts, terminal)],
            [.. PushedTwice(pushes), .. AnsweredTwice(terminal)],
            [.. NotAskedFor(asked, pushes, terminal), .. Contradicted(asked, pushes, terminal)]);
    }

    private static int CountOf(List<Answer> terminal, string outcome) =>
        terminal.Where(answer => answer.Outcome == outcome).DistinctBy(answer => answer.RequestId).Count();

    private static IEnumerable<string> Lost(IReadOnlyCollection<Attempt> attempts, List<Answer> terminal)
    {
        var answered = terminal.Select(answer => answer.EventId).ToHashSet(StringComparer.Ordinal);
        return attempts.Where(
            attempt => attempt.IsAcknowledged && !answered.Contains(attempt.EventId)).Select(attempt => $"{attempt.EventId} ({attempt.Machine}) has no result");
    }

    private static IEnumerable<string> PushedTwice(IReadOnlyCollection<Push> pushes) => pushes
        .GroupBy(push => push.Machine, StringComparer.OrdinalIgnoreCase)
        .Where(machine => machine.Count() > 1)
        .Select(machine => $"{machine.Key} was pushed {machine.Count()} times");

    private static IEnumerable<string> AnsweredTwice(List<Answer> terminal) => terminal
        .GroupBy(answer => answer.RequestId, StringComparer.Ordinal)
        .Where(request => request.DistinctBy(answer => answer.Content).Count() > 1)
        .Select(request => $"{request.First().EventId} has several results: {string.Join(", ", request.Select(answer => $"{answer.Outcome} {answer.Reason}").Distinct())}");

    private static IEnumerable<string> NotAskedFor(Dictionary<string, Attempt> asked, IReadOnlyCollection<Push> pushes, List<Answer> terminal)
    {
        var machines = asked.Values.Select(attempt => attempt.Machine).OfType<string>().ToHashSet(StringComparer.OrdinalIgnoreCase);
        return pushes.Where(push => !machines.Contains(push.Machine)).Select(push => $"{push.Machine} was pushed, and nobody asked for it")
            .Concat(terminal.Where(answer => !asked.ContainsKey(answer.EventId)).Select(answer => $"a result is about {answer.EventId}, which nobody sent"))
            .Concat(terminal.Where(
                answer => asked.TryGetValue(answer.EventId, out var attempt) && attempt.Machine is not null && answer.Machine != attempt.Machine)
                .Select(answer => $"{answer.EventId} asks for {asked[answer.EventId].Machine}, and its result is about {answer.Machine}"));
    }

    private static IEnumerable<string> Contradicted(Dictionary<string, Attempt> asked, IReadOnlyCollection<Push> pushes, List<Answer> terminal)
    {
        var logged = pushes.ToLookup(push => push.Machine, StringComparer.OrdinalIgnoreCase);
        var acknowledged = asked.Values.Where(attempt => attempt.IsAcknowledged).ToLookup(attempt => attempt.Machine, StringComparer.Ordinal);
        foreach (var machine in terminal.Where(
            answer => asked.ContainsKey(answer.EventId) && answer.Machine is not null).GroupBy(answer => answer.Machine!, StringComparer.OrdinalIgnoreCase))
        {
            var requests = machine.DistinctBy(answer => answer.RequestId).ToList();
            var accepted = requests.Count(answer => answer.Outcome == "Accepted");
            if (accepted > logged[machine.Key].Count(push => push.Status is >= 200 and < 300))
                yield return $"{machine.Key} has {accepted} results Accepted, and the log says otherwise";

            // A push is told by the result of the request that made it. A CCR that was declined is told in a body, which no log shows.
            var told = requests.Count(answer => answer.Outcome is "Accepted" or "Indeterminate" || (
                answer.Outcome == "Failed" && (answer.Reason == Declined || logged[machine.Key].Any(push => push.Status is >= 300 and < 500))));
            var isComplete = acknowledged[machine.Key].All(attempt => requests.Exists(answer => answer.EventId == attempt.EventId));
            if (isComplete && told == 0 && logged[machine.Key].Any()) yield return $"{machine.Key} was pushed, and no result says so";
            if (requests.Exists(answer => answer.Outcome == "Suppressed") && told == 0)
                yield return $"{machine.Key} is suppressed, and nothing else was done for it";
        }
    }
}
