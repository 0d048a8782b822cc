using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Kills everything between Accepted and Verified: the processor at each step of a look and at random moments, and the broker. The site lives a week in
/// seconds, and knows of each machine whether its client came back.
/// </summary>
internal sealed class R20Looks : IScenario
{
    private const string Off = "OFF", Later = "LATER", Never = "NEVER", Denied = "DENIED";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    /// <summary>Back within a moment; after 4 and 8 seconds; never, in two ways.</summary>
    private static readonly FastSiteSetup ConfigMgr = new() { Fates = FatesOf("2d", "4d") };

    /// <summary>
    /// An hour, after which the site looks again, is 4 seconds, and the site does not give up before everybody else does: a request that is gone when nobody
    /// looked for long says nothing then.
    /// </summary>
    private static readonly FastSiteSetup Sms2003 = new()
    {
        Fates = FatesOf("1h", "2h"),
        IsOfSms2003 = true,
        Week = TimeSpan.FromMinutes(10),
        GiveUpAfter = TimeSpan.FromSeconds(25),
    };

    private static readonly string[] Kinds = ["BACK", Off, Never, Later, Denied];

    public string Id => "R20";

    public string Title => "kills between Accepted and Verified";

    public BrokenBuild? FailsOn => new(BrokenBuilds.LookLater, verdict => verdict.Lost);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var (rounds, randomKills, agentKills) = (run.Pick(1, 50), run.Pick(4, 300), run.Pick(2, 100));

        // Drawn before anything runs, so that the order in which it runs changes nothing.
        var (chance, ofAgent) = (new Random(run.Random.Next()), new Random(run.Random.Next()));
        var halves = CrashPoints.AfterPush.Chunk((CrashPoints.AfterPush.Count + 1) / 2);
        string[] ofInboxes = run.IsFull
            ? [.. CrashPoints.AfterPush]
            : [CrashPoints.BeforeLookRecord, CrashPoints.AfterLookRecord, CrashPoints.BeforeVerification, CrashPoints.BeforeLookComplete];
        var found = await Task.WhenAll(
            Rounds.RunAsync(
                Enumerable.Range(0, rounds).SelectMany(_ => halves), run.Pick(2, 2),
                (points, stop) => KillAtPointsAsync(run, ConfigMgr, points, stop), cancellationToken),
            Rounds.RunAsync(
                Enumerable.Range(0, rounds).SelectMany(_ => ofInboxes.Chunk(7)), 1,
                (points, stop) => KillAtPointsAsync(run, Sms2003, points, stop), cancellationToken),
            KillAtRandomAsync(run, randomKills, chance, cancellationToken),
            KillWithAgentAsync(run, agentKills, ofAgent, cancellationToken));
        var kills = found.Sum(part => part.Kills);
        return new Finding(
            found.Aggregate(Verdict.Nothing, (sum, part) => sum + part.Verdict),
            $"AdminService: {CrashPoints.AfterPush.Count} points x {rounds}, {randomKills} random kills of processor and broker; inboxes: {ofInboxes.Length} points x {rounds}; "
                + $"through an agent: {agentKills} kills of agent and processor")
        {
            Disturbed = kills,
            Recovered = kills,
        };
    }

    private static string FatesOf(string off, string later) => $$"""
        [ { "pattern": "*-{{Off}}", "fate": "off={{off}}" }, { "pattern": "*-{{Later}}", "fate": "off={{later}}" },
          { "pattern": "*-{{Never}}", "fate": "never" }, { "pattern": "*-{{Denied}}", "fate": "access-denied" } ]
        """;

    private static async Task<(Verdict Verdict, int Kills)> KillAtPointsAsync(
        Run run, FastSiteSetup site, string[] points, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup { Site = site, HearsRepeats = true }, cancellationToken);
        var (kills, unmet) = (0, new List<string>());
        foreach (var (number, point) in points.Index())
        {
            await installation.Witness.SendAllAsync(
                [.. Kinds.Select(kind => Attempt.Of($"{point}-{kind}", $"P{number}-{kind}"))], cancellationToken);
            if (await installation.RunHost(KeyValuePair.Create("CCR_CRASH_AT", point)).DiesAsync(Longest, cancellationToken)) kills++;
            else unmet.Add($"nothing came to the point {point}");
        }

        await installation.StartHostAsync([], cancellationToken);
        var found = await EndAsync(installation, cancellationToken);
        return (found with { Unexpected = [.. found.Unexpected, .. unmet] }, kills);
    }

    private static async Task<(Verdict Verdict, int Kills)> KillAtRandomAsync(Run run, int kills, Random chance, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup { Site = ConfigMgr, HearsRepeats = true }, cancellationToken);
        var number = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await installation.Witness.SendAllAsync(
                [.. Kinds.Concat(Kinds).Select(kind => Attempt.Of($"random-{number}", $"R{number++}-{kind}"))], cancellationToken);
            var seen = installation.Witness.Sightings.Count;
            var processor = await installation.StartHostAsync([], cancellationToken);
            await Eventually.IsTrueAsync(() => installation.Witness.Sightings.Count > seen, Longest, cancellationToken);
            await Eventually.PassAsync(TimeSpan.FromMilliseconds(chance.Next(0, 800)), cancellationToken);
            processor.Kill();
            await processor.EndAsync(cancellationToken);

            // Scheduled looks are the broker's to keep.
            if (kill % 4 != 1) continue;
            installation.Broker.Kill();
            await installation.Broker.EndAsync(cancellationToken);
            await installation.StartBrokerAsync(cancellationToken);
        }

        await installation.StartHostAsync([], cancellationToken);
        return (await EndAsync(installation, cancellationToken), kills);
    }

    /// <summary>
    /// The looks of a site with an agent. An answer that went down with somebody is asked for again after half a minute, so nobody gives up sooner, and all
    /// come back.
    /// </summary>
    private static async Task<(Verdict Verdict, int Kills)> KillWithAgentAsync(Run run, int kills, Random chance, CancellationToken cancellationToken)
    {
        var setup = new Setup { Site = ConfigMgr with { GiveUpAfter = TimeSpan.FromSeconds(90) }, HearsRepeats = true, Settings = AgentKills.Settings };
        await using var installation = await run.InstallAsync(setup, cancellationToken);
        var processor = await installation.StartHostAsync([], cancellationToken);
        var agent = installation.RunAgent();
        for (var kill = 0; kill < kills; kill++)
        {
            string[] kinds = ["BACK", Off, Later];
            await installation.Witness.SendAllAsync([.. kinds.Select(kind => Attempt.Of($"agent-{kill}-{kind}", $"A{kill}-{kind}"))], cancellationToken);
            await Eventually.IsTrueAsync(() => installation.Witness.Answered == installation.Witness.Attempts.Count, Patience, cancellationToken);
            await Eventually.PassAsync(TimeSpan.FromMilliseconds(chance.Next(0, 1500)), cancellationToken);
            var (victim, isAgent) = kill % 2 == 0 ? (agent, true) : (processor, false);
            victim.Kill();
            await victim.EndAsync(cancellationToken);
            if (isAgent) agent = installation.RunAgent();
            else processor = await installation.StartHostAsync([], cancellationToken);
        }

        return (await EndAsync(installation, cancellationToken, hasAgent: true), kills);
    }

    private static async Task<Verdict> EndAsync(Installation installation, CancellationToken cancellationToken, bool hasAgent = false)
    {
        await installation.Witness.DrainAsync(Patience, cancellationToken, hasAgent);
        await installation.Witness.DrainLooksAsync(Patience, cancellationToken);

        // The site can always be asked after a push. A busy machine may not have asked it before: of a request that perhaps arrived, nothing is known then.
        var uncertain = installation.Witness.Answers.Where(answer => answer.Reason == "CCR2005").Select(answer => answer.RequestId).ToHashSet();
        return await Run.CheckLooksAsync(installation, seen => seen.Reason == "CCR2632" && uncertain.Contains(seen.RequestId), cancellationToken);
    }
}
