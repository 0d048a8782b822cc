using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>Two processors with one ledger, and for every machine two events that arrive side by side.</summary>
internal sealed class R08Race : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Id => "R8";

    public string Title => "race: two workers, the same machine, different events";

    public BrokenBuild? FailsOn => new(BrokenBuilds.NoIntent, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var rounds = run.Pick(300, 10_000);
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=5ms" }, cancellationToken);
        await Task.WhenAll(installation.StartProcessorAsync(cancellationToken), installation.StartProcessorAsync(cancellationToken));

        // Both are up and idle, so that the two events of a pair go to whoever has room: mostly one to each.
        foreach (var chunk in Enumerable.Range(0, rounds).Chunk(5))
        {
            await installation.Witness.SendAllAsync(
                [.. chunk.SelectMany(round => new[] { Attempt.Of($"race-{round}-a", $"RACE{round}"), Attempt.Of($"race-{round}-b", $"RACE{round}") })],
                cancellationToken);
        }

        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return new Finding(
            verdict
                .Expect(verdict.Counts.Submissions == rounds, $"{rounds} machines and {verdict.Counts.Submissions} submissions")
                .Expect(verdict.Counts.Accepted == rounds, $"{rounds} machines and {verdict.Counts.Accepted} accepted"),
            $"{rounds} pairs of events");
    }
}
