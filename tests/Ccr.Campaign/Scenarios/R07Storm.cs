using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>Many events at once: for as many machines, for few, and for one; two processors share the work and the ledger.</summary>
internal sealed class R07Storm : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public string Id => "R7";

    public string Title => "storm: many events for one, few and many machines";

    public BrokenBuild? FailsOn => new(BrokenBuilds.NoCoolDown, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var events = run.Pick(600, 10_000);
        (int Events, int Machines)[] storms = [(events, events), (events, events / 20), (events, 1)];
        if (run.IsFull) storms = [.. storms, (100_000, 5_000)];
        var verdict = Verdict.Nothing;
        foreach (var (count, machines) in storms) verdict += await StormAsync(run, count, machines, cancellationToken);
        var (rated, perMinute) = await RateAsync(run, cancellationToken);
        return new Finding(
            verdict + rated,
            $"{string.Join(", ", storms.Select(storm => $"{storm.Events} events for {storm.Machines}"))}; two processors; at most {perMinute} in a minute where {RatePerMinute} were allowed");
    }

    private const int RatePerMinute = 40;
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(5);

    private static async Task<Verdict> StormAsync(Run run, int events, int machines, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup(), cancellationToken);
        var attempts = Enumerable.Range(0, events).Select(number => Attempt.Of($"storm-{number}", $"S{number % machines}")).ToArray();
        run.Random.Shuffle(attempts);
        await installation.Witness.SendAllAsync(attempts, cancellationToken);
        await Task.WhenAll(installation.StartProcessorAsync(cancellationToken), installation.StartProcessorAsync(cancellationToken));
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return verdict
            .Expect(verdict.Counts.Submissions == machines, $"{machines} machines and {verdict.Counts.Submissions} submissions")
            .Expect(verdict.Counts.Results == events, $"{events} events and {verdict.Counts.Results} results")
            .Expect(verdict.Counts.Accepted == machines, $"{machines} machines and {verdict.Counts.Accepted} accepted");
    }

    /// <summary>One processor with a rate: no 60 seconds of the log may hold more. Quick looks at the first seconds after that many alone.</summary>
    private static async Task<(Verdict Verdict, int PerMinute)> RateAsync(Run run, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string> { ["Ccr__Rate__MaxPerMinute"] = $"{RatePerMinute}", ["Ccr__Submissions__ClaimLease"] = "00:05:00" };
        await using var installation = await run.InstallAsync(new Setup { Settings = settings }, cancellationToken);
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, RatePerMinute + run.Pick(10, 60)).Select(number => Attempt.Of($"rate-{number}", $"RATE{number}"))], cancellationToken);
        await installation.StartProcessorAsync(cancellationToken);
        if (run.IsFull) await installation.Witness.DrainAsync(Patience, cancellationToken);
        else if (await Eventually.IsTrueAsync(() => installation.Witness.Answered >= RatePerMinute, Patience, cancellationToken))
            await Eventually.PassAsync(Quickly, cancellationToken);
        var pushes = Push.ReadLog(installation.RequestLog);
        var most = pushes.Select(push => pushes.Count(other => other.Time >= push.Time && other.Time < push.Time.AddMinutes(1))).DefaultIfEmpty().Max();
        var verdict = run.IsFull ? await Run.CheckAsync(installation, cancellationToken) : Verdict.Nothing;
        return (verdict.Expect(most == RatePerMinute, $"{most} submissions in one minute, where {RatePerMinute} are allowed and wanted"), most);
    }
}
