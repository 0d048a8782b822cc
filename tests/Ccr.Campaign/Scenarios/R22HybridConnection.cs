using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// The site is reached through a relay, and its agents listen there. Agents, relay and processor are killed, answers are lost after the submission,
/// and somebody who may listen and send, and has no key of the site, steals questions and replays them.
/// </summary>
internal sealed class R22HybridConnection : IScenario
{
    public string Id => "R22";

    public string Title => "the hybrid connection: kills, lost answers, thefts";

    public BrokenBuild? FailsOn => new(BrokenBuilds.BelieveReplays, verdict => verdict.Duplicated);

    /// <summary>A site behind a relay. What brakes on purpose is off: it would only make this slower.</summary>
    /// <param name="faults">How its management point behaves.</param>
    /// <param name="lease">How long a worker has for a request: so long it asks what became of it, and so long nobody else does after its end.</param>
    /// <param name="more">Further settings.</param>
    public static Setup SetupOf(string? faults, string lease, params IEnumerable<KeyValuePair<string, string>> more) => new()
    {
        HasRelay = true,
        Faults = faults,
        Settings = new Dictionary<string, string>(more, StringComparer.Ordinal)
        {
            ["Ccr__Submissions__ClaimLease"] = lease,
            ["Ccr__Circuit__MinRequests"] = "10000",
        },
    };

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var rounds = run.Pick(1, 5);

        // Drawn before anything runs, so that the order in which it runs changes nothing.
        var (ofKills, ofThefts) = (new Random(run.Random.Next()), new Random(run.Random.Next()));
        var found = await Task.WhenAll(
            Rounds.RunAsync(Enumerable.Range(0, rounds), 1, (_, stop) => RelaySteps.OfAgentAsync(run, stop), cancellationToken),
            Rounds.RunAsync(RelaySteps.PointsOf(run), 1, (points, stop) => RelaySteps.OfProcessorAsync(run, points, stop), cancellationToken),
            RelayKills.RunAsync(run, ofKills, cancellationToken),
            RelayThefts.RunAsync(run, ofThefts, cancellationToken));
        var kills = found.Sum(part => part.Kills);
        return new Finding(
            found.Aggregate(Verdict.Nothing, (sum, part) => sum + part.Verdict),
            $"agent: {RelaySteps.Agent.Count} steps x {rounds}; processor: {RelaySteps.PointsOf(run).Sum(points => points.Length)} points; "
                + $"{RelayKills.KillsOf(run)} kills under load; {RelayThefts.StolenOf(run)} questions stolen, {RelayThefts.Copies} copies of each, twice")
        {
            Disturbed = kills,
            Recovered = kills,
        };
    }
}
