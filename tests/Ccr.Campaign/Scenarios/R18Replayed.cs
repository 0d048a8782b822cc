using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Captured commands are sent again, under their own ids and under others, to a queue that two agents share; agents are killed meanwhile. Afterwards,
/// when all is done, they are sent once more.
/// </summary>
internal sealed class R18Replayed : IScenario
{
    private const string Site = "hq";
    private const int Kills = 2;

    /// <summary>What a killed agent had in its fingers it may leave to the others; such a request ends when its agents' time is over, in a day.</summary>
    private const int MostLeft = Kills * 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(15);

    public string Id => "R18";

    public string Title => "replayed commands and copies";

    public BrokenBuild? FailsOn => new(BrokenBuilds.BelieveCopies, verdict => verdict.Duplicated);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var (machines, copies) = (run.Pick(60, 10_000), run.Pick(3, 5));
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=20ms", Settings = AgentKills.Settings }, cancellationToken);
        await using var intruder = new Intruder(installation.ConnectionString);
        await installation.StartProcessorAsync(cancellationToken);
        await installation.Witness.SendAllAsync([.. Enumerable.Range(0, machines).Select(n => Attempt.Of($"replay-{n}", $"REPLAY{n}"))], cancellationToken);
        await Eventually.IsTrueAsync(() => installation.Witness.Answers.Count >= machines, run.IsFull ? Patience * 10 : Patience, cancellationToken);

        var captured = await intruder.CaptureAsync(Site, cancellationToken);
        for (var copy = 1; copy < copies; copy++)
            await intruder.SendAgainAsync(captured, Site, copy % 2 == 0 ? null : $"{copy}", isUndelivered: false, cancellationToken);
        await intruder.SendAgainAsync(captured, Site, "back", isUndelivered: true, cancellationToken);

        ChildProcess[] agents = [Run("first"), Run("second")];
        for (var kill = 1; kill <= Kills; kill++)
        {
            await Eventually.IsTrueAsync(() => installation.Witness.Answered >= machines / (Kills + 1) * kill, LongEnough, cancellationToken);
            agents[kill % 2].Kill();
            await agents[kill % 2].EndAsync(cancellationToken);
            agents[kill % 2] = Run(kill % 2 == 0 ? "first" : "second");
        }

        await DrainAsync(installation.Witness, machines, run, cancellationToken);
        await intruder.SendAgainAsync(captured, Site, "again", isUndelivered: false, cancellationToken);
        await intruder.SendAgainAsync(captured, Site, null, isUndelivered: false, cancellationToken);
        await Eventually.PassAsync(TimeSpan.FromSeconds(2), cancellationToken);

        var verdict = await Campaign.Scenarios.Run.CheckAsync(installation, cancellationToken);
        var refused = await intruder.RefusedAsync(isUndelivered: true, cancellationToken);
        verdict = verdict with { Lost = verdict.Lost.Count <= MostLeft ? [] : verdict.Lost };
        return new Finding(
            verdict
                .Expect(captured.Count == machines, $"{machines} commands, and {captured.Count} captured")
                .Expect(
                    refused.Count == machines && refused.All(code => code == "CCR4503"),
                    $"{refused.Count} of {machines} commands that came back were refused"),
            $"{machines} commands, {copies} copies of each and two more, two agents")
        {
            Disturbed = Kills,
            Recovered = Kills,
        };

        ChildProcess Run(string name) => installation.RunAgent(name: name, sharesQueue: true);
    }

    /// <summary>Waits until all is answered but what was left, and nothing more is heard for a while.</summary>
    private static async Task DrainAsync(Witness witness, int machines, Run run, CancellationToken cancellationToken)
    {
        var heard = -1;
        while (witness.Answered < machines && heard != witness.Answered)
        {
            heard = witness.Answered;
            await Eventually.IsTrueAsync(
                () => witness.Answered > heard, LongEnough < run.MostPatience ? TimeSpan.FromSeconds(8) : run.MostPatience, cancellationToken);
        }
    }
}
