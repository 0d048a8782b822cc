using Ccr.Campaign.Report;
using Ccr.Campaign.Scenarios;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign;

/// <summary>How the campaign is run.</summary>
/// <param name="IsFull">Whether to take hours.</param>
/// <param name="Only">The ids of the scenarios to run; all when empty.</param>
/// <param name="Except">The ids of those to leave out.</param>
/// <param name="Seed">What all chance comes from.</param>
/// <param name="Jobs">How many scenarios run at a time: most of their time is waiting for locks and leases to run out.</param>
/// <param name="Keep">Whether to leave the folders of the installations behind.</param>
/// <param name="Broken">The broken build to run instead of the product; null for none.</param>
internal sealed record CampaignOptions(bool IsFull, IReadOnlyList<string> Only, IReadOnlyList<string> Except, int Seed, int Jobs, bool Keep, string? Broken);

/// <summary>Runs scenarios, and says of each what came of it.</summary>
internal sealed class FaultCampaign(CampaignOptions options, TextWriter output)
{
    private static readonly TimeSpan QuickLimit = TimeSpan.FromMinutes(8);

    public static IReadOnlyList<IScenario> Scenarios { get; } =
    [
        new R01KillAtEachPoint(),
        new R02PowerCut(),
        new R03BrokerKill(),
        new R04LockLoss(),
        new R05ManagementPointFaults(),
        new R06Outage(),
        new R07Storm(),
        new R08Race(),
        new R09Poison(),
        new R10Clock(),
        new R11DiskFull(),
        new R12TopicDown(),
        new R13Terminate(),
        new R14Soak(),
        new R15ModelCheck(),
        new R16CheckOfTheChecker(),
        new R17Forged(),
        new R18Replayed(),
        new R19AnotherLedger(),
        new R20Looks(),
        new R21AdminServiceFaults(),
        new R22HybridConnection(),
    ];

    /// <summary>Runs them; true when nothing was lost, duplicated or unexpected.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var chosen = Scenarios
            .Where(scenario => options.Only.Count == 0 || options.Only.Contains(scenario.Id, StringComparer.OrdinalIgnoreCase))
            .Where(scenario => !options.Except.Contains(scenario.Id, StringComparer.OrdinalIgnoreCase)).ToList();
        await output.WriteLineAsync(
            $"Fault campaign, {(options.IsFull ? "full" : "quick")}, seed {options.Seed}: {string.Join(", ", chosen.Select(scenario => scenario.Id))}");
        var outcomes = new Outcome[chosen.Count];
        await Parallel.ForEachAsync(
            chosen.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = options.Jobs, CancellationToken = cancellationToken },
            async (scenario, token) => outcomes[scenario.Index] = await RunAsync(scenario.Item, token));

        await output.WriteLineAsync();
        await output.WriteAsync(MarkdownTable.Of(outcomes));
        var failed = outcomes.Count(outcome => !outcome.IsSound);
        await output.WriteLineAsync($"{Environment.NewLine}campaign: {outcomes.Length - failed} scenarios passed, {failed} failed (seed {options.Seed})");
        return failed == 0;
    }

    private async Task<Outcome> RunAsync(IScenario scenario, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory($"ccr-campaign-{scenario.Id}-");
        var started = TimeProvider.System.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (!options.IsFull) limit.CancelAfter(QuickLimit);
        Finding finding;
        try
        {
            // Of each scenario its own, so that --only repeats what a whole run did.
            finding = await scenario.RunAsync(
                new Run(folder.FullName, options.IsFull, new Random(HashOf(scenario.Id) ^ options.Seed), options.Broken), limit.Token);
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            finding = new Finding(Verdict.Nothing with { Unexpected = [$"the scenario did not come to its end: {fault}"] }, "not finished");
        }

        var outcome = new Outcome(scenario, finding, TimeProvider.System.GetElapsedTime(started));
        await output.WriteLineAsync(string.Join(Environment.NewLine, outcome.ToLines().Append(outcome.ToJson(options.Seed))));
        if (outcome.IsSound && !options.Keep) folder.Delete(recursive: true);
        else await output.WriteLineAsync($"     its files: {folder.FullName}");
        return outcome;
    }

    private static int HashOf(string id) => id.Aggregate(17, (hash, letter) => (hash * 31) + letter);
}
