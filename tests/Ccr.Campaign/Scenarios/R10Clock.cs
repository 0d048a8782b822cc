using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Pushes machines, then asks for each again by a processor whose clock is wrong: nobody may be pushed twice. Clocks are put wrong in the process alone
/// (an offset to its time), since setting the system's needs rights and harms others.
/// </summary>
internal sealed class R10Clock : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly string[] Quick = ["-01:00:00", "366.00:00:00", "00:00:00"];
    private static readonly string[] Full = ["-01:00:00", "01:00:00", "-366.00:00:00", "366.00:00:00", "00:10:00", "-00:10:00", "00:00:00"];

    public string Id => "R10";

    public string Title => "clocks that are wrong, and steps after a restart";

    public BrokenBuild? FailsOn => new(BrokenBuilds.NoCoolDown, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var offsets = run.IsFull ? Full : Quick;

        // Who begins with a clock that is behind must hold the machine as long as who begins with one that is right.
        var verdicts = await Task.WhenAll(new[] { "00:00:00", "-366.00:00:00" }.Select(first => RunAsync(run, [first, .. offsets], cancellationToken)));
        return new Finding(
            verdicts[0] + verdicts[1], $"first right and a year behind, then {string.Join(", ", offsets)}, each after a restart and in another time zone")
        {
            Disturbed = 2 * offsets.Length,
            Recovered = 2 * offsets.Length,
        };
    }

    private static async Task<Verdict> RunAsync(Run run, string[] offsets, CancellationToken cancellationToken)
    {
        const int Machines = 5;
        string[] zones = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland"];
        await using var installation = await run.InstallAsync(new Setup(), cancellationToken);
        for (var step = 0; step < offsets.Length; step++)
        {
            var clock = new[] { KeyValuePair.Create("CCR_CLOCK_OFFSET", offsets[step]), KeyValuePair.Create("TZ", zones[step % zones.Length]) };
            var host = await installation.StartHostAsync(clock, cancellationToken);
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(0, Machines).Select(number => Attempt.Of($"clock-{step}-{number}", $"CLK{number}"))], cancellationToken);
            await installation.Witness.DrainAsync(Patience, cancellationToken);
            host.Terminate();
            await host.EndAsync(cancellationToken);
        }

        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return verdict.Expect(verdict.Counts.Accepted == Machines, $"{Machines} machines and {verdict.Counts.Accepted} accepted");
    }
}
