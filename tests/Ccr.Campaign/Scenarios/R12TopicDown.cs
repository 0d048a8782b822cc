using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// The results topic takes nothing for a while; then the same, and the time is a quarter of an hour later when it takes something again (by the clock
/// of the process that is started then). Full also has the broker itself lose the topic.
/// </summary>
internal sealed class R12TopicDown : IScenario
{
    private const int Events = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public string Id => "R12";

    public string Title => "results topic down";

    public BrokenBuild? FailsOn => new(BrokenBuilds.SwallowFailure, verdict => verdict.Lost);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var verdicts = await Task.WhenAll(RefuseAsync(run, "00:00:00", cancellationToken), RefuseAsync(run, "00:15:00", cancellationToken));
        var verdict = verdicts[0] + verdicts[1];
        if (run.IsFull) verdict += await RemoveAsync(run, cancellationToken);
        return new Finding(
            verdict, $"refused by an exception in the process for 4 s, once with a restart and a clock 15 minutes on{(run.IsFull ? "; missing in the broker for 10 minutes" : "; that the broker itself has no topic is left to --full")}")
        {
            Disturbed = verdicts.Length,
            Recovered = verdicts.Length,
        };
    }

    private static async Task<Verdict> RefuseAsync(Run run, string clock, CancellationToken cancellationToken)
    {
        var marker = Path.Combine(run.Folder, $"refusing-{clock[3..5]}");
        await File.WriteAllTextAsync(marker, "", cancellationToken);
        await using var installation = await run.InstallAsync(new Setup(), cancellationToken);
        var refusing = KeyValuePair.Create("CCR_TOPIC_FAILS_WHILE", marker);
        var host = await installation.StartHostAsync([refusing], cancellationToken);
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, Events).Select(number => Attempt.Of($"topic-{number}", $"TOPIC{number}"))], cancellationToken);
        await Eventually.PassAsync(TimeSpan.FromSeconds(4), cancellationToken);
        if (clock != "00:00:00")
        {
            host.Terminate();
            await host.EndAsync(cancellationToken);
            await installation.StartHostAsync([refusing, KeyValuePair.Create("CCR_CLOCK_OFFSET", clock)], cancellationToken);
        }

        File.Delete(marker);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return Expect(verdict);
    }

    private static async Task<Verdict> RemoveAsync(Run run, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup(), cancellationToken);
        await installation.StartProcessorAsync(cancellationToken);
        await RestartAsync(text => text.Replace("\"ccr-results\"", "\"ccr-elsewhere\"", StringComparison.Ordinal));
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, Events).Select(number => Attempt.Of($"missing-{number}", $"MISS{number}"))], cancellationToken);
        await Eventually.PassAsync(TimeSpan.FromMinutes(10), cancellationToken);
        await RestartAsync(text => text.Replace("\"ccr-elsewhere\"", "\"ccr-results\"", StringComparison.Ordinal));
        await installation.Witness.DrainAsync(TimeSpan.FromMinutes(10), cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return Expect(verdict);

        async Task RestartAsync(Func<string, string> change)
        {
            installation.Broker.Kill();
            await installation.Broker.EndAsync(cancellationToken);
            await installation.ChangeConfigAsync(change, cancellationToken);
            await installation.StartBrokerAsync(cancellationToken);
        }
    }

    /// <summary>Waiting for the topic uses up no deliveries: nothing is left for somebody to clear away.</summary>
    private static Verdict Expect(Verdict verdict) => verdict
        .Expect(verdict.Counts.Submissions == Events, $"{Events} machines and {verdict.Counts.Submissions} submissions")
        .Expect(verdict.Counts.DeadLetters == 0, $"{verdict.Counts.DeadLetters} dead letters");
}
