using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>The part of R22 in which two agents serve the site, and agents, relay and processor are killed in turn under load while answers are lost.</summary>
internal static class RelayKills
{
    /// <summary>So many requests can be on their way when something is killed: the site's gate lets no more through.</summary>
    private const int MostInHand = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    public static int KillsOf(Run run) => run.Pick(4, 100);

    public static async Task<(Verdict Verdict, int Kills)> RunAsync(Run run, Random chance, CancellationToken cancellationToken)
    {
        var (kills, events) = (KillsOf(run), run.Pick(80, 10_000));
        await using var installation = await run.InstallAsync(R22HybridConnection.SetupOf("delay=50ms", "00:01:00"), cancellationToken);
        var processor = await installation.StartProcessorAsync(cancellationToken);
        var agents = new[] { "first", "second" }.ToDictionary(name => name, name => installation.RunAgent(name: name), StringComparer.Ordinal);
        var number = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            var answered = installation.Witness.Answered;
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(0, events / kills).Select(_ => Attempt.Of($"load-{number}", $"LOAD{number++}"))], cancellationToken);

            // At work, and not only about to begin, as a busy machine has it.
            await Eventually.IsTrueAsync(() => installation.Witness.Answered > answered, Longest, cancellationToken);
            await Eventually.PassAsync(TimeSpan.FromMilliseconds(chance.Next(400)), cancellationToken);
            await installation.Relay.TellAsync($"lose 1 {(chance.Next(2) == 0 ? "GatewayTimeout" : "BrokenConnection")}");
            switch (kill % (run.IsFull ? 4 : 3))
            {
                // Not in quick: of what the processor had not sent, agents are asked for a long time, and in vain.
                case 3:
                    await KillAsync(processor, cancellationToken);
                    processor = await installation.StartProcessorAsync(cancellationToken);
                    break;

                case 0:
                    // From when it has just handed a request to an agent, until the agent has answered.
                    await installation.Relay.TellAsync($"die {chance.Next(100)}");
                    await installation.Relay.DiesAsync(Longest, cancellationToken);
                    await installation.StartRelayAsync(cancellationToken);
                    break;

                default:
                    var name = chance.Next(2) == 0 ? "first" : "second";
                    await KillAsync(agents[name], cancellationToken);
                    agents[name] = installation.RunAgent(name: name);
                    break;
            }
        }

        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var found = await Run.CheckAsync(installation, cancellationToken);
        return (
            found.Expect(
                found.Counts.Indeterminate <= kills * (MostInHand + 1), $"{found.Counts.Indeterminate} indeterminate, which {kills} kills cannot explain"),
            kills);
    }

    private static async Task KillAsync(ChildProcess process, CancellationToken cancellationToken)
    {
        process.Kill();
        await process.EndAsync(cancellationToken);
    }
}
