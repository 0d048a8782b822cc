using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>A steady load with a few faults, for long: what the processor uses must not grow.</summary>
internal sealed class R14Soak : IScenario
{
    private const int PerSecond = 50;
    private const double MostGrowth = 0.2;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public string Id => "R14";

    public string Title => "soak";

    public BrokenBuild? FailsOn => new(BrokenBuilds.ResendUnknown, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var seconds = run.Pick(15, 3600);
        var settings = new Dictionary<string, string> { ["Ccr__Circuit__LeaveAloneFor"] = "00:00:01" };
        await using var installation = await run.InstallAsync(
            new Setup { Faults = "status=503@1%; write+close@1%; delay=5ms", Settings = settings }, cancellationToken);
        var processor = await installation.StartProcessorAsync(cancellationToken);
        var samples = new List<Usage>();
        var started = TimeProvider.System.GetTimestamp();
        for (var second = 0; second < seconds; second++)
        {
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(second * PerSecond, PerSecond).Select(number => Attempt.Of($"soak-{number}", $"SOAK{number}"))], cancellationToken);
            if (processor.ReadUsage() is { } usage) samples.Add(usage);
            var ahead = ((second + 1) * Beat) - TimeProvider.System.GetElapsedTime(started);
            if (ahead > TimeSpan.Zero) await Eventually.PassAsync(ahead, cancellationToken);
        }

        await installation.Witness.DrainAsync(TimeSpan.FromMinutes(5), cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        var (memory, handles, threads) = (
            Growth(samples, usage => usage.Resident), Growth(samples, usage => usage.Handles), Growth(samples, usage => usage.Threads));

        // Of a short run the beginning, while everything is compiled and pooled, is most.
        if (run.IsFull)
        {
            verdict = verdict
                .Expect(memory < MostGrowth, $"memory grew by {memory:p0}")
                .Expect(handles < MostGrowth, $"handles grew by {handles:p0}")
                .Expect(threads < MostGrowth, $"threads grew by {threads:p0}");
        }

        return new Finding(
            verdict,
            $"{seconds} s with {PerSecond} events a second and 2 % faults; from its third to its last quarter memory {memory:+0 %;-0 %;0 %} (to {samples[^1].Resident / 1024 / 1024} MB), handles {handles:+0 %;-0 %;0 %}, threads {threads:+0 %;-0 %;0 %}{(run.IsFull ? "" : "; judged in --full alone")}")
        {
            Figures = new Dictionary<string,
            double> { ["memoryGrowth"] = Math.Round(memory, 3), ["handleGrowth"] = Math.Round(handles, 3), ["threadGrowth"] = Math.Round(threads, 3) },
        };
    }

    /// <summary>By how much the mean of the last quarter is above that of the third: 0.1 is a tenth.</summary>
    private static double Growth(List<Usage> samples, Func<Usage, double> what)
    {
        var quarter = samples.Count / 4;
        if (quarter == 0) return 0;

        var (before, after) = (samples.Skip(2 * quarter).Take(quarter).Average(what), samples.Skip(3 * quarter).Average(what));
        return (after - before) / before;
    }
}
