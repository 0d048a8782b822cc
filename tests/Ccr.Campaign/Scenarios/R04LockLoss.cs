using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// The management point takes longer than a lock lasts. Half of the time the processor is held meanwhile, so that it renews nothing and loses its
/// locks; a second one gets the messages while the first still has its requests under way.
/// </summary>
internal sealed class R04LockLoss : IScenario
{
    private const int Machines = 8;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public string Id => "R4";

    public string Title => "locks lost while the management point is slow";

    public BrokenBuild? FailsOn => new(BrokenBuilds.NoIntent, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var (verdict, rounds) = (Verdict.Nothing, run.Pick(1, 20));
        for (var round = 0; round < rounds; round++)
        {
            var both = await Task.WhenAll(RunAsync(run, isHeld: true, cancellationToken), RunAsync(run, isHeld: false, cancellationToken));
            verdict += both[0] + both[1];
        }

        return new Finding(verdict, $"{rounds} x {Machines} requests of 8 s under locks of 5 s, renewed, and as many under locks that were lost")
        {
            Disturbed = rounds,
            Recovered = rounds,
        };
    }

    private static async Task<Verdict> RunAsync(Run run, bool isHeld, CancellationToken cancellationToken)
    {
        var settings = new Dictionary<string, string>
        {
            ["Ccr__Sites__hq__ManagementPoints__0__TotalTimeout"] = "00:00:15",
            ["Ccr__Submissions__ClaimLease"] = "00:00:20",
        };
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=8s", Settings = settings }, cancellationToken);
        var first = await installation.StartProcessorAsync(cancellationToken);
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, Machines).Select(number => Attempt.Of($"slow-{number}", $"SLOW{number}"))], cancellationToken);
        await Eventually.IsTrueAsync(() => Push.ReadLog(installation.RequestLog).Count == Machines, Patience, cancellationToken);

        // Held at once: while the second one starts, on a busy machine, all of it would be answered.
        if (isHeld) first.Hold();
        await Task.WhenAll(
            installation.StartProcessorAsync(cancellationToken),
            isHeld ? Eventually.PassAsync(TimeSpan.FromSeconds(7), cancellationToken) : Task.CompletedTask);
        if (isHeld) first.GoOn();

        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return verdict.Expect(verdict.Counts.Submissions == Machines, $"{Machines} machines and {verdict.Counts.Submissions} submissions");
    }
}
