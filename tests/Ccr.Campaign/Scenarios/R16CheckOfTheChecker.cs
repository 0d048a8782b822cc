using Ccr.Campaign.Host;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>Builds that are broken on purpose. A campaign that passes them proves nothing, so each must be caught.</summary>
internal sealed class R16CheckOfTheChecker : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    /// <summary>How each is broken, what brings it out, and what the checker must call it.</summary>
    private static readonly Broken[] Builds =
    [
        new(BrokenBuilds.NoIntent, CrashPoints.WhileSending, "delay=700ms", verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.SettleFirst, CrashPoints.AfterComplete, null, verdict => verdict.Lost.Count),
        new(BrokenBuilds.NoFlush, CrashPoints.BeforePublish, null, verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.ResendUnknown, null, "write+close@BROKEN1", verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.NoContent, null, "write+close@BROKEN1", verdict => verdict.Duplicated.Count),
        new(BrokenBuilds.NoCoolDown, null, null, verdict => verdict.Duplicated.Count),
    ];

    public string Id => "R16";

    public string Title => "check of the checker: broken builds";

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var missed = new List<string>();
        var lines = await Task.WhenAll(Builds.Chunk(3).Select(async builds =>
        {
            var said = new List<string>();
            foreach (var build in builds)
            {
                var (caught, line) = await CatchAsync(run, build, cancellationToken);
                if (!caught) missed.Add($"{build.Name} was not caught: {line}");
                said.Add($"{build.Name}: {line}");
            }

            return said;
        }));
        return new Finding(Verdict.Nothing with { Unexpected = missed }, string.Join("; ", lines.SelectMany(line => line)))
        {
            Figures = new Dictionary<string, double> { ["broken"] = Builds.Length, ["caught"] = Builds.Length - missed.Count },
        };
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
        return (build.Count(verdict) > 0, $"{verdict.Lost.Count} lost, {verdict.Duplicated.Count} duplicated, {verdict.Unexpected.Count} unexpected");
    }

    private sealed record Broken(string Name, string? CrashAt, string? Faults, Func<Verdict, int> Count);
}
