using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Builds that are broken on purpose. A campaign that passes them proves nothing, so each must be caught. Full also runs every other scenario, in its
/// quick size, on the build that it must fail on.
/// </summary>
internal sealed class R16CheckOfTheChecker : IScenario
{
    private const int ScenariosAtATime = 3;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan LongestScenario = TimeSpan.FromMinutes(5);

    /// <summary>How each is broken, what brings it out, and what the checker must call it.</summary>
    private static readonly Broken[] Builds =
    [
        new(BrokenBuilds.NoIntent, CrashPoints.AfterAnswer, null, verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.SettleFirst, CrashPoints.AfterComplete, null, verdict => verdict.Lost.Count),
        new(BrokenBuilds.NoFlush, CrashPoints.BeforePublish, null, verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.ResendUnknown, null, "write+close@BROKEN1", verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.NoContent, null, "write+close@BROKEN1", verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.NoCoolDown, null, null, verdict => verdict.Duplicated.Count),
    ];

    public string Id => "R16";

    public string Title => "check of the checker: broken builds";

    public BrokenBuild? FailsOn => null;

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var behindRelay = CatchBehindRelayAsync(run, cancellationToken);
        var lines = (
            await Task.WhenAll(Builds.Chunk(3).Select(builds => CatchEachAsync(run, builds, cancellationToken)))).SelectMany(caught => caught).ToList();
        lines.Add(await behindRelay);
        if (run.IsFull) lines.AddRange(await CatchByScenariosAsync(run, cancellationToken));
        var missed = lines.Where(line => !line.Caught).Select(line => $"not caught: {line.Line}").ToList();
        return new Finding(Verdict.Nothing with { Unexpected = missed }, string.Join("; ", lines.Select(line => line.Line)))
        {
            Figures = new Dictionary<string, double> { ["broken"] = lines.Count, ["caught"] = lines.Count - missed.Count },
        };
    }

    private static async Task<IEnumerable<(bool Caught, string Line)>> CatchByScenariosAsync(Run run, CancellationToken cancellationToken)
    {
        var runs = FaultCampaign.Scenarios.Where(scenario => scenario.FailsOn is not null)
            .Select(scenario => (Scenario: scenario, Run: new Run(
                Path.Combine(run.Folder, scenario.Id), IsFull: false, new Random(run.Random.Next()), scenario.FailsOn!.Name)
            { MostPatience = Patience }))
            .ToList();
        var lines = new (bool Caught, string Line)[runs.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = ScenariosAtATime, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(runs.Index(), options, async (one, stop) => lines[one.Index] = await CatchByAsync(one.Item.Scenario, one.Item.Run, stop));
        return lines;
    }

    private static async Task<(bool Caught, string Line)> CatchByAsync(IScenario scenario, Run run, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(run.Folder);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongestScenario);
        try
        {
            var verdict = (await scenario.RunAsync(run, limit.Token)).Verdict;
            var caught = scenario.FailsOn!.Caught(verdict);
            return (caught.Count > 0, $"{scenario.Id} on {run.Broken}: {LineOf(verdict)}{(caught.Count > 0 ? $" ({caught[0]})" : "")}");
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, $"{scenario.Id} on {run.Broken} did not come to its end: {fault.GetType().Name}: {fault.Message}");
        }
    }

    private static async Task<List<(bool Caught, string Line)>> CatchEachAsync(Run run, IEnumerable<Broken> builds, CancellationToken cancellationToken)
    {
        var lines = new List<(bool Caught, string Line)>();
        foreach (var build in builds) lines.Add(await CatchAsync(run, build, cancellationToken));
        return lines;
    }

    private static async Task<(bool Caught, string Line)> CatchAsync(Run run, Broken build, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup { Faults = build.Faults }, cancellationToken);
        var broken = KeyValuePair.Create("CCR_BROKEN", build.Name);

        // One after the other, so that the second request goes out on a connection that was used.
        if (build.CrashAt is { } point)
        {
            var dying = installation.RunHost(broken, KeyValuePair.Create("CCR_CRASH_AT", point));
            await installation.Witness.SendAsync(Attempt.Of("broken-1", "BROKEN1"), cancellationToken);
            await dying.EndAsync(cancellationToken);
            await installation.StartHostAsync([broken], cancellationToken);
        }
        else
        {
            await installation.StartHostAsync([broken], cancellationToken);
            await installation.Witness.SendAsync(Attempt.Of("broken-0", "BROKEN0"), cancellationToken);
            await Eventually.IsTrueAsync(() => installation.Witness.Answered == 1, Patience, cancellationToken);
            await installation.Witness.SendAsync(Attempt.Of("broken-1", "BROKEN1"), cancellationToken);
            await Eventually.IsTrueAsync(() => installation.Witness.Answered == 2, TimeSpan.FromSeconds(5), cancellationToken);
            await installation.Witness.SendAsync(Attempt.Of("broken-2", "BROKEN1"), cancellationToken);
        }

        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return (build.Count(verdict) > 0, $"{build.Name}: {LineOf(verdict)}");
    }

    /// <summary>An agent submits and dies before it says so; then another one is there, whose journal knows nothing of it.</summary>
    private static async Task<(bool Caught, string Line)> CatchBehindRelayAsync(Run run, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(R22HybridConnection.SetupOf(faults: null, "00:00:10"), cancellationToken);
        var first = installation.RunAgent(dieAfter: "send", name: "first");
        await installation.StartHostAsync([KeyValuePair.Create("CCR_BROKEN", BrokenBuilds.SubmitAgain)], cancellationToken);
        await installation.Witness.SendAsync(Attempt.Of("broken-1", "BROKEN1"), cancellationToken);
        var hasDied = await first.DiesAsync(Patience, cancellationToken);
        installation.RunAgent(name: "second");
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return (verdict.Duplicated.Count > 0, $"{BrokenBuilds.SubmitAgain}: {LineOf(verdict)}{(hasDied ? "" : ", and the first agent lived on")}");
    }

    private static string LineOf(Verdict verdict) => $"{verdict.Lost.Count} lost, {verdict.Duplicated.Count} duplicated, {verdict.Unexpected.Count} unexpected";

    private sealed record Broken(string Name, string? CrashAt, string? Faults, Func<Verdict, int> Count);
}
