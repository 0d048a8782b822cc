using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Kills the broker and starts it again, holds it, and holds a processor for longer than its locks last, all while events come in. Links that drop at
/// the moment of settling are among what a kill under load does.
/// </summary>
internal sealed class R03BrokerKill : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LongestResume = TimeSpan.FromSeconds(40);

    public string Id => "R3";

    public string Title => "broker killed, held and restarted under load";

    public BrokenBuild? FailsOn => new(BrokenBuilds.ForgetfulBroker, verdict => verdict.Lost);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var kills = run.Pick(4, 200);
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=10ms" }, cancellationToken);
        var processors = await Task.WhenAll(installation.StartProcessorAsync(cancellationToken), installation.StartProcessorAsync(cancellationToken));
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = LoadAsync(installation.Witness, enough.Token);
        var resumed = new List<TimeSpan>();
        for (var kill = 0; kill < kills; kill++)
        {
            await Eventually.PassAsync(TimeSpan.FromMilliseconds(run.Random.Next(500, 2000)), cancellationToken);
            await DisturbAsync(kill, installation, processors, cancellationToken);
            var (before, since) = (installation.Witness.Answered, TimeProvider.System.GetTimestamp());
            await Eventually.IsTrueAsync(() => installation.Witness.Answered > before, LongestResume, cancellationToken);
            resumed.Add(TimeProvider.System.GetElapsedTime(since));
        }

        await enough.CancelAsync();
        await load;
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        resumed.Sort();
        return new Finding(
            verdict.Expect(resumed[^1] < LongestResume, $"work had not gone on after {LongestResume}"),
            $"of ten times seven a kill, two the broker held for 3 s, one a processor held for 7 s; work went on after {resumed[resumed.Count / 2].TotalSeconds:f1} s (median), {resumed[^1].TotalSeconds:f1} s at most")
        {
            Disturbed = kills,
            Recovered = resumed.Count(time => time < LongestResume),
            Figures = new Dictionary<string, double> { ["resumeSecondsMost"] = Math.Round(resumed[^1].TotalSeconds, 2) },
        };
    }

    private static async Task DisturbAsync(int number, Installation installation, ChildProcess[] processors, CancellationToken cancellationToken)
    {
        switch (number % 10)
        {
            case 3:
                processors[0].Hold();
                await Eventually.PassAsync(TimeSpan.FromSeconds(7), cancellationToken);
                processors[0].GoOn();
                break;

            case 1 or 6:
                installation.Broker.Hold();
                await Eventually.PassAsync(TimeSpan.FromSeconds(3), cancellationToken);
                installation.Broker.GoOn();
                break;

            default:
                // Held for a moment, so that some messages wait in the broker, and some on their way, when it is killed.
                foreach (var processor in processors) processor.Hold();
                await Eventually.PassAsync(TimeSpan.FromMilliseconds(500), cancellationToken);
                installation.Broker.Kill();
                await installation.Broker.EndAsync(cancellationToken);
                foreach (var processor in processors) processor.GoOn();
                await installation.StartBrokerAsync(cancellationToken);
                break;
        }
    }

    /// <summary>Eight senders, each with its next event as soon as the broker has taken the one before.</summary>
    private static Task LoadAsync(Witness witness, CancellationToken enough) => Task.WhenAll(Enumerable.Range(0, 8).Select(async sender =>
    {
        try
        {
            for (var number = 0; !enough.IsCancellationRequested; number++)
            {
                await witness.SendAsync(Attempt.Of($"load-{sender}-{number}", $"L{sender}X{number}"), enough);
                await Eventually.PassAsync(TimeSpan.FromMilliseconds(50), enough);
            }
        }
        catch (OperationCanceledException)
        {
            // Enough was sent; the last event may or may not have been taken.
        }
    }));
}
