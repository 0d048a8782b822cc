using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>The management point is down for a while, with many events waiting; then it comes back.</summary>
internal sealed class R06Outage : IScenario
{
    public string Id => "R6";

    public string Title => "management point down, events waiting";

    public BrokenBuild? FailsOn => new(BrokenBuilds.GiveUp, verdict => verdict.Unexpected);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var (events, outage) = (run.Pick(300, 10_000), TimeSpan.FromSeconds(run.Pick(8, 60)));
        var settings = new Dictionary<string, string> { ["Ccr__Circuit__LeaveAloneFor"] = "00:00:02" };
        await using var installation = await run.InstallAsync(new Setup { Settings = settings }, cancellationToken);
        installation.ManagementPoint.Kill();
        await installation.ManagementPoint.EndAsync(cancellationToken);
        await installation.StartProcessorAsync(cancellationToken);
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, events).Select(number => Attempt.Of($"outage-{number}", $"OUT{number}"))], cancellationToken);
        await Eventually.PassAsync(outage, cancellationToken);
        var early = installation.Witness.Answered;
        await installation.StartManagementPointAsync(null, cancellationToken);
        var back = TimeProvider.System.GetTimestamp();
        await installation.Witness.DrainAsync(TimeSpan.FromMinutes(run.Pick(1, 15)), cancellationToken);
        var drained = TimeProvider.System.GetElapsedTime(back);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return new Finding(
            verdict
                .Expect(early == 0, $"{early} events were answered while nothing could be sent")
                .Expect(verdict.Counts.Accepted == events, $"{events} events and {verdict.Counts.Accepted} accepted")
                .Expect(verdict.Counts.DeadLetters == 0, $"{verdict.Counts.DeadLetters} dead letters"),
            $"{events} events through {outage.TotalSeconds:f0} s without a management point (for an hour), drained in {drained.TotalSeconds:f0} s; connection attempts meanwhile are not counted")
        {
            Disturbed = 1,
            Recovered = 1,
            Figures = new Dictionary<string, double> { ["drainSeconds"] = Math.Round(drained.TotalSeconds, 1) },
        };
    }
}
