using Ccr.Campaign.Host;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Kills a processor at every point of the way, and at random moments under load. In the end a sound one clears up. The
/// management point takes its time, so that "while sending" is a time.
/// </summary>
internal sealed class R01KillAtEachPoint : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public string Id => "R1";

    public string Title => "kill -9 at each step, and at random moments";

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var (rounds, randomKills) = (run.Pick(1, 100), run.Pick(6, 1000));
        var chance = new Random(run.Random.Next());
        var randomly = KillAtRandomAsync(run, randomKills, chance, cancellationToken);
        var ofAgents = AgentKills.RunAsync(run, rounds, cancellationToken);
        var halves = await Task.WhenAll(CrashPoints.All.Chunk((CrashPoints.All.Count + 1) / 2).Select(points => KillAtPointsAsync(run, points, rounds, cancellationToken)));
        var atRandom = await randomly;
        var agents = await ofAgents;
        var kills = halves.Sum(half => half.Kills) + atRandom.Kills + agents.Kills;
        return new Finding(
            halves.Aggregate(atRandom.Verdict + agents.Verdict, (sum, half) => sum + half.Verdict),
            $"processor: {CrashPoints.All.Count} points x {rounds}, of which {CrashPoints.InsideClaim.Count} between claim and record, and {randomKills} random kills; agent: {AgentKills.Steps.Count} points x {rounds}")
        {
            Disturbed = kills,
            Recovered = kills,
        };
    }

    private static async Task<(Verdict Verdict, int Kills)> KillAtPointsAsync(Run run, string[] points, int rounds, CancellationToken cancellationToken)
    {
        var (verdict, kills, inside) = (Verdict.Nothing, 0, points.Count(CrashPoints.InsideClaim.Contains));

        // Rounds share an installation, as far as no message can use up its ten deliveries.
        for (var round = 0; round < rounds; round++)
        {
            await using var installation = await run.InstallAsync(new Setup { Faults = "delay=700ms" }, cancellationToken);
            var unmet = new List<string>();
            foreach (var (point, number) in points.Select((point, number) => (point, number)))
            {
                await installation.Witness.SendAsync(EventFor(point, $"{round:d3}{number:d2}"), cancellationToken);

                // One message at a time, so that a kill can leave one claim behind, and no more.
                var dying = installation.RunHost(KeyValuePair.Create("CCR_CRASH_AT", point), KeyValuePair.Create("CCR_CONCURRENCY", "1"));
                if (await dying.DiesAsync(Longest, cancellationToken)) kills++;
                else unmet.Add($"nothing came to the point {point}");
            }

            await installation.StartHostAsync([], cancellationToken);
            await installation.Witness.DrainAsync(Patience, cancellationToken);
            var found = await Run.CheckAsync(installation, cancellationToken);
            found = found.Expect(found.Counts.Indeterminate <= inside, $"{found.Counts.Indeterminate} indeterminate, and only {inside} kills inside a claim");
            verdict += found with { Unexpected = [.. found.Unexpected, .. unmet] };
        }

        return (verdict, kills);
    }

    private static async Task<(Verdict Verdict, int Kills)> KillAtRandomAsync(Run run, int kills, Random chance, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=100ms" }, cancellationToken);
        var number = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await installation.Witness.SendAllAsync([.. Enumerable.Range(0, 30).Select(_ => Attempt.Of($"random-{number}", $"RND{number++}"))], cancellationToken);
            var processor = await installation.StartHostAsync([], cancellationToken);
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
        // So late that a slow machine gets there before: what is due already needs no copy.
        CrashPoints.BeforeCopy or CrashPoints.AfterCopy => Attempt.Of(
            $"later-{name}", $"LATER{name}", $", \"notBefore\": \"{TimeProvider.System.GetUtcNow().AddSeconds(15):O}\""),
        _ => Attempt.Of($"{point}-{name}", $"K{name}"),
    };
}
