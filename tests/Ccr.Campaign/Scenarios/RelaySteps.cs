using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// The part of R22 in which one agent serves the site: answers are lost, the agent is killed at every step and the processor at every point. There is one
/// journal, so that what became of a request is certainly found again where it was written down.
/// </summary>
internal static class RelaySteps
{
    private const int LostAnswers = 2;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly string[] HowLost = ["GatewayTimeout", "BrokenConnection"];

    /// <summary>The management point takes its time, so that "while sending" is a time.</summary>
    private const string Faults = "delay=700ms";

    /// <summary>The steps of Ccr.TestHost: the question is there, claimed, under way, answered, written down.</summary>
    public static IReadOnlyList<string> Agent { get; } = ["read", "mark", "sending", "send", "record"];

    /// <summary>Between the claim and the record a kill leaves a request indeterminate.</summary>
    private static IReadOnlyList<string> InsideMark { get; } = ["mark", "sending", "send"];

    /// <summary>Of a request that was claimed and not sent yet no agent knows.</summary>
    private static IReadOnlyList<string> BeforeSending { get; } = [CrashPoints.AfterClaim, CrashPoints.BeforeSend];

    /// <summary>The same, when a busy machine takes longer to send it than the processor lives.</summary>
    private static IReadOnlyList<string> Unknown { get; } = [.. BeforeSending, CrashPoints.WhileSending];

    /// <summary>
    /// The points at which the processor is killed, by installation. Quick takes those after which an agent knows what became of the request: of the
    /// others it is asked for a long time, and in vain.
    /// </summary>
    public static IReadOnlyList<string[]> PointsOf(Run run)
    {
        string[] points = run.IsFull
            ? [.. CrashPoints.All.Where(point => !point.EndsWith("copy", StringComparison.Ordinal) && !point.EndsWith("dead-letter", StringComparison.Ordinal))]
            : [.. CrashPoints.InsideClaim.Except(BeforeSending)];
        return [.. Enumerable.Range(0, run.Pick(1, 5)).SelectMany(_ => points.Chunk(7))];
    }

    public static async Task<(Verdict Verdict, int Kills)> OfAgentAsync(Run run, CancellationToken cancellationToken)
    {
        // A long lease: so long the processor asks, also on a machine that is busy with much else. One at a time, so that a kill leaves one behind.
        var setup = R22HybridConnection.SetupOf(Faults, "00:01:00", KeyValuePair.Create("Ccr__Rate__MaxConcurrent", "1"));
        await using var installation = await run.InstallAsync(setup, cancellationToken);
        await installation.StartProcessorAsync(cancellationToken);
        var agent = installation.RunAgent();
        await AnswerAsync(installation, "first", 1, cancellationToken);
        foreach (var how in HowLost) await installation.Relay.TellAsync($"lose {LostAnswers} {how}");
        await AnswerAsync(installation, "lost", HowLost.Length * LostAnswers, cancellationToken);
        agent.Kill();

        var (kills, unmet) = (1, new List<string>());
        foreach (var step in Agent)
        {
            await installation.Witness.SendAsync(Attempt.Of($"agent-{step}", $"AGENT-{step.ToUpperInvariant()}"), cancellationToken);
            if (await installation.RunAgent(dieAfter: step).DiesAsync(Patience, cancellationToken)) kills++;
            else unmet.Add($"the agent did not come to the step {step}");
        }

        installation.RunAgent();
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        return (await CheckAsync(installation, InsideMark.Count, unmet, cancellationToken), kills);
    }

    public static async Task<(Verdict Verdict, int Kills)> OfProcessorAsync(Run run, string[] points, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(R22HybridConnection.SetupOf(Faults, "00:00:10"), cancellationToken);
        installation.RunAgent();
        var (kills, unmet) = (0, new List<string>());
        foreach (var (number, point) in points.Index())
        {
            await installation.Witness.SendAsync(Attempt.Of($"at-{point}", $"AT{number}"), cancellationToken);

            // One message at a time, so that a kill can leave one claim behind, and no more.
            var dying = installation.RunHost(KeyValuePair.Create("CCR_CRASH_AT", point), KeyValuePair.Create("CCR_CONCURRENCY", "1"));
            if (await dying.DiesAsync(Patience, cancellationToken)) kills++;
            else unmet.Add($"nothing came to the point {point}");
        }

        await installation.StartHostAsync([], cancellationToken);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        return (await CheckAsync(installation, points.Count(Unknown.Contains), unmet, cancellationToken), kills);
    }

    private static async Task AnswerAsync(Installation installation, string name, int events, CancellationToken cancellationToken)
    {
        var before = installation.Witness.Answered;
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, events).Select(number => Attempt.Of($"{name}-{number}", $"{name.ToUpperInvariant()}{number}"))], cancellationToken);
        await Eventually.IsTrueAsync(() => installation.Witness.Answered == before + events, Patience, cancellationToken);
    }

    /// <summary>All are accepted but those that were killed where nobody can know.</summary>
    private static async Task<Verdict> CheckAsync(Installation installation, int unknown, List<string> unmet, CancellationToken cancellationToken)
    {
        var found = await Run.CheckAsync(installation, cancellationToken);
        var lost = installation.Witness.Answers.Where(answer => answer.EventId.StartsWith("lost-", StringComparison.Ordinal) && answer.IsTerminal);
        found = found
            .Expect(
                found.Counts.Accepted + unknown >= found.Counts.Acknowledged,
                $"{found.Counts.Accepted} of {found.Counts.Acknowledged} accepted, and only {unknown} kills where nobody can know")
            .Expect(lost.All(answer => answer.Outcome == "Accepted"), "what became of a request whose answer was lost was not found again");
        return found with { Unexpected = [.. found.Unexpected, .. unmet] };
    }
}
