using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Kills a processor at every point of the way, and at random moments under load. In the end a sound one clears up. The management point takes its
/// time, so that "while sending" is a time.
/// </summary>
internal sealed class R01KillAtEachPoint : IScenario
{
    /// <summary>Longer than any event waits: its first wait is as long as it is old, and a lease. Events were two minutes old on a busy machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>How long a process may take to come to its point.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>How long an event waits that is to need a copy, and how many of them a busy machine may read too late, when they need none.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    private const int MostOfLater = 3;

    public string Id => "R1";

    public string Title => "kill -9 at each step, and at random moments";

    public BrokenBuild? FailsOn => new(BrokenBuilds.NoIntent, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var (rounds, randomKills, randomly) = (run.Pick(1, 100), run.Pick(6, 1000), run.Pick(1, 2));

        // Drawn before anything runs, so that the order in which it runs changes nothing.
        var chances = Enumerable.Range(0, randomly).Select(_ => new Random(run.Random.Next())).ToList();
        var halves = CrashPoints.All.Chunk((CrashPoints.All.Count + 1) / 2);
        var found = await Task.WhenAll(
            Rounds.RunAsync(
                Enumerable.Range(0, rounds).SelectMany(round => halves.Select(points => (round, points))), run.Pick(2, 4),
                (half, stop) => KillAtPointsAsync(run, half.points, half.round, stop), cancellationToken),
            Rounds.RunAsync(Enumerable.Range(0, rounds), run.Pick(1, 2), (_, stop) => AgentKills.RunAsync(run, stop), cancellationToken),
            Rounds.RunAsync(chances, randomly, (chance, stop) => KillAtRandomAsync(run, randomKills / randomly, chance, stop), cancellationToken));
        var kills = found.Sum(part => part.Kills);
        return new Finding(
            found.Aggregate(Verdict.Nothing, (sum, part) => sum + part.Verdict),
            $"processor: {CrashPoints.All.Count} points x {rounds}, of which {CrashPoints.InsideClaim.Count} between claim and record, and {randomKills} random kills; agent: {AgentKills.Steps.Count} points x {rounds}")
        {
            Disturbed = kills,
            Recovered = kills,
        };
    }

    private static async Task<(Verdict Verdict, int Kills)> KillAtPointsAsync(Run run, string[] points, int round, CancellationToken cancellationToken)
    {
        var (kills, inside, unmet) = (0, points.Count(CrashPoints.InsideClaim.Contains), new List<string>());

        // Points share an installation, as far as no message can use up its ten deliveries.
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=700ms" }, cancellationToken);
        foreach (var (number, point) in points.Index())
        {
            if (await KillAtAsync(installation, point, $"{round:d3}{number:d2}", cancellationToken)) kills++;
            else unmet.Add($"nothing came to the point {point}");
        }

        await installation.StartHostAsync([], cancellationToken);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var found = await Run.CheckAsync(installation, cancellationToken);
        found = found.Expect(found.Counts.Indeterminate <= inside, $"{found.Counts.Indeterminate} indeterminate, and only {inside} kills inside a claim");
        return (found with { Unexpected = [.. found.Unexpected, .. unmet] }, kills);
    }

    private static async Task<bool> KillAtAsync(Installation installation, string point, string name, CancellationToken cancellationToken)
    {
        for (var sent = 0; sent < (NeedsCopy(point) ? MostOfLater : 1); sent++)
        {
            await installation.Witness.SendAsync(EventFor(point, $"{name}{sent}"), cancellationToken);

            // One message at a time, so that a kill can leave one claim behind, and no more.
            var dying = installation.RunHost(KeyValuePair.Create("CCR_CRASH_AT", point), KeyValuePair.Create("CCR_CONCURRENCY", "1"));
            if (await dying.DiesAsync(NeedsCopy(point) ? 2 * Later : Longest, cancellationToken)) return true;
        }

        return false;
    }

    private static async Task<(Verdict Verdict, int Kills)> KillAtRandomAsync(Run run, int kills, Random chance, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=100ms" }, cancellationToken);
        var number = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(0, 30).Select(_ => Attempt.Of($"random-{number}", $"RND{number++}"))], cancellationToken);
            var answered = installation.Witness.Answered;
            var processor = await installation.StartHostAsync([], cancellationToken);

            // At work, and not only about to begin, as a busy machine has it.
            await Eventually.IsTrueAsync(() => installation.Witness.Answered > answered, Longest, cancellationToken);
            await Eventually.PassAsync(TimeSpan.FromMilliseconds(chance.Next(100, 1200)), cancellationToken);
            processor.Kill();
            await processor.EndAsync(cancellationToken);
        }

        await installation.StartHostAsync([], cancellationToken);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        return (await Run.CheckAsync(installation, cancellationToken), kills);
    }

    /// <summary>Most points are on every event's way; a few need an event that waits, or one that is refused.</summary>
    private static Attempt EventFor(string point, string name) => point switch
    {
        CrashPoints.BeforeDeadLetter or CrashPoints.AfterDeadLetter => Attempt.OfPoison($"poison-{name}"),
        _ when NeedsCopy(point) => Attempt.Of($"later-{name}", $"LATER{name}", $", \"notBefore\": \"{TimeProvider.System.GetUtcNow().Add(Later):O}\""),
        _ => Attempt.Of($"{point}-{name}", $"K{name}"),
    };

    private static bool NeedsCopy(string point) => point is CrashPoints.BeforeCopy or CrashPoints.AfterCopy;
}
