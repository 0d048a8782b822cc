using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>Asks processors to end while they are at work, again and again, each on the ledger that the one before left.</summary>
internal sealed class R13Terminate : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(30);

    public string Id => "R13";

    public string Title => "SIGTERM under load";

    public BrokenBuild? FailsOn => new(BrokenBuilds.CompleteOnStop, verdict => verdict.Lost);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var stops = run.Pick(5, 200);
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=300ms@10%; delay=20ms" }, cancellationToken);
        var (number, longest, wrong) = (0, TimeSpan.Zero, new List<string>());
        for (var stop = 0; stop < stops; stop++)
        {
            var processor = await installation.StartProcessorAsync(cancellationToken);
            var answered = installation.Witness.Answered;
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(0, 60).Select(_ => Attempt.Of($"stop-{number}", $"STOP{number++}"))], cancellationToken);
            if (!await Eventually.IsTrueAsync(() => installation.Witness.Answered > answered, Patience, cancellationToken))
                wrong.Add($"nothing was done before stop {stop}");
            await Eventually.PassAsync(TimeSpan.FromMilliseconds(run.Random.Next(0, 300)), cancellationToken);
            var asked = TimeProvider.System.GetTimestamp();
            processor.Terminate();
            var exitCode = await processor.EndAsync(cancellationToken);
            var took = TimeProvider.System.GetElapsedTime(asked);
            if (exitCode != 0) wrong.Add($"stop {stop} ended with {exitCode}");
            if (took > LongestStop) wrong.Add($"stop {stop} took {took}");
            if (took > longest) longest = took;
        }

        await installation.StartProcessorAsync(cancellationToken);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return new Finding(
            verdict with { Unexpected = [.. verdict.Unexpected, .. wrong] },
            $"{stops} stops, the longest {longest.TotalSeconds:f1} s; each start on the ledger of the stop before")
        {
            Disturbed = stops,
            Recovered = stops,
            Figures = new Dictionary<string, double> { ["longestStopSeconds"] = Math.Round(longest.TotalSeconds, 2) },
        };
    }
}
