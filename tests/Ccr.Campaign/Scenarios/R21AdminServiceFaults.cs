using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Everything that an AdminService can do to a request, each alone, with the looks that follow; then looks at a site that cannot be asked for a while, or
/// any more; then faults mixed with kills.
/// </summary>
internal sealed class R21AdminServiceFaults : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>How long a site cannot be asked that can be asked again afterwards.</summary>
    private static readonly TimeSpan Away = TimeSpan.FromSeconds(4);

    public string Id => "R21";

    public string Title => "AdminService faults, alone, on looks, and mixed with kills";

    public BrokenBuild? FailsOn => new(BrokenBuilds.SeeNothing, verdict => verdict.Unexpected);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var (kills, chance) = (run.Pick(3, 200), new Random(run.Random.Next()));
        var found = await Task.WhenAll(EachAloneAsync(run, cancellationToken), MixedAsync(run, kills, chance, cancellationToken));
        return new Finding(
            found[0] + found[1],
            $"{AdminServiceFault.All.Count} faults of requests, {AdminServiceFault.OfQuestions.Count} of looks; {kills} kills of processors under mixed ones")
        {
            Disturbed = kills,
            Recovered = kills,
        };
    }

    /// <summary>
    /// Each machine has a site of its own: a look is for all machines of a site that are due, and a fault of one must not keep the others waiting.
    /// </summary>
    private static async Task<Verdict> EachAloneAsync(Run run, CancellationToken cancellationToken)
    {
        var (stays, passes) = (AdminServiceFault.OfQuestions.Select((_, number) => $"STAYS{number:d2}").ToList(),
            AdminServiceFault.OfQuestions.Select((_, number) => $"PASSES{number:d2}").ToList());
        var faults = AdminServiceFault.All;
        var ordinary = string.Join("; ", faults.Select(fault => fault.Rule));
        var setup = new Setup
        {
            // Those that cannot be asked later are away long enough for it to begin before they are back.
            Site = new FastSiteSetup
            {
                Fates = """[ { "pattern": "STAYS*", "fate": "off=3d" }, { "pattern": "PASSES*", "fate": "off=1d" } ]""",
                Faults = ordinary,
            },
            HearsRepeats = true,
            OtherSites = [.. faults.Select(fault => fault.Machine.ToLowerInvariant()), .. stays.Concat(passes).Select(name => name.ToLowerInvariant())],
            Settings = new Dictionary<string, string>
            {
                // The faults of one may not keep the next from being tried.
                ["Ccr__Circuit__MinRequests"] = "10000",
                ["Ccr__Submissions__RetryFor"] = "00:00:00",
                ["Ccr__Submissions__ImmediateRetries"] = "0",
                ["Ccr__DefaultSite"] = "hq",
            },
        };
        await using var installation = await run.InstallAsync(setup, cancellationToken);
        await installation.StartProcessorAsync(cancellationToken);
        await installation.Witness.SendAllAsync([.. stays.Concat(passes).Select(Of)], cancellationToken);
        await Eventually.IsTrueAsync(() => installation.Witness.Answered == stays.Count + passes.Count, Patience, cancellationToken);

        string FaultsOf(List<string> machines) =>
            string.Join("; ", machines.Zip(AdminServiceFault.OfQuestions, (machine, steps) => $"on=query+{steps}@{machine}"));
        installation.Site!.Change($"{ordinary}; {FaultsOf(stays)}; {FaultsOf(passes)}");
        var since = TimeProvider.System.GetUtcNow();
        await installation.Witness.SendAllAsync([.. faults.Select(fault => Of(fault.Machine))], cancellationToken);
        await Eventually.PassAsync(Away, cancellationToken);
        installation.Site.Change($"{ordinary}; {FaultsOf(stays)}");
        var until = TimeProvider.System.GetUtcNow();

        await installation.Witness.DrainAsync(Patience, cancellationToken);
        await installation.Witness.DrainLooksAsync(Patience, cancellationToken);

        // On a machine that is busy with much else, the fault may have begun or passed too late for one of them.
        var verdict = await Run.CheckLooksAsync(
            installation, seen => seen.Machine.Contains("STAYS", StringComparison.Ordinal)
                || (seen.Machine.Contains("PASSES", StringComparison.Ordinal) && seen.Pushed + installation.Site.GiveUpAfter < until + Away),
            cancellationToken);
        verdict = installation.Witness.Sightings
            .Where(seen => seen is { IsFinal: true, Outcome: not "Unknown" } && seen.Time > since + Away
                && seen.Machine.Contains("STAYS", StringComparison.Ordinal))
            .Aggregate(verdict, (sum, seen) => sum.Expect(false, $"{seen.Machine} could not be asked, and is {seen.Outcome} {seen.Reason}"));
        foreach (var fault in faults)
        {
            var answer = installation.Witness.Answers.FirstOrDefault(each => each.EventId == $"of-{fault.Machine}" && each.IsTerminal);
            verdict = verdict.Expect(
                $"{fault.Outcome} {fault.Code}" == $"{answer?.Outcome} {answer?.Reason}",
                $"{fault.Rule}: {fault.Outcome} {fault.Code} is right, and {answer?.Outcome} {answer?.Reason} was said");
        }

        return verdict;
    }

    private static Attempt Of(string machine) => Attempt.Of($"of-{machine}", machine, $", \"site\": \"{machine.ToLowerInvariant()}\"");

    private static async Task<Verdict> MixedAsync(Run run, int kills, Random chance, CancellationToken cancellationToken)
    {
        const string Faults =
            "on=create+status=500@10%; on=create+write+status=500+body=html@10%; on=create+write+reset@10%; on=create+garbage@5%; on=create+return=1@5%; "
            + "on=create+denied@5%; on=query+status=503@15%; on=query+close@5%; on=query+denied@5%";
        var setup = new Setup
        {
            Site = new FastSiteSetup { Fates = """[ { "pattern": "*3", "fate": "off=2d" }, { "pattern": "*7", "fate": "never" } ]""", Faults = Faults },
            HearsRepeats = true,
            Settings = new Dictionary<string, string> { ["Ccr__Circuit__LeaveAloneFor"] = "00:00:01" },
        };
        await using var installation = await run.InstallAsync(setup, cancellationToken);
        var other = await installation.StartHostAsync([], cancellationToken);
        var number = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            var answered = installation.Witness.Answered;
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(0, 20).Select(_ => Attempt.Of($"mixed-{number}", $"MIXED{number++}"))], cancellationToken);
            var one = await installation.StartHostAsync([], cancellationToken);
            await Eventually.IsTrueAsync(() => installation.Witness.Answered > answered, Longest, cancellationToken);
            await Eventually.PassAsync(TimeSpan.FromMilliseconds(chance.Next(0, 800)), cancellationToken);
            other.Kill();
            await other.EndAsync(cancellationToken);
            other = one;
        }

        await installation.Witness.DrainAsync(Patience, cancellationToken);
        await installation.Witness.DrainLooksAsync(Patience, cancellationToken);

        // Of a machine that could not be looked at before its push nothing can be compared, and the last looks may have failed. What is said otherwise
        // must be true.
        return await Run.CheckLooksAsync(installation, _ => true, cancellationToken);
    }
}
