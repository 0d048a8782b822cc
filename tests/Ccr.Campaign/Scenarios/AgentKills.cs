using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;

namespace Ccr.Campaign.Scenarios;

/// <summary>The part of R1 in which a site is served by an agent, and the agent is killed at every point of its way.</summary>
internal static class AgentKills
{
    public static readonly IReadOnlyDictionary<string, string> Settings = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Ccr__Sites__hq__Transport"] = "Agent",
        ["Ccr__Sites__hq__SigningKeys__0"] = Convert.ToBase64String(new byte[32].Select((_, index) => (byte)index).ToArray()),
        ["Agent__RetryDelay"] = "00:00:00.2",
        ["Agent__LongestRetryDelay"] = "00:00:01",
    };

    /// <summary>The steps of Ccr.TestHost.</summary>
    public static IReadOnlyList<string> Steps { get; } = ["receive", "claim", "settle", "mark", "send", "record", "publish", "close"];

    /// <summary>Between marking a command as perhaps sent and recording its answer a kill leaves it indeterminate.</summary>
    private static IReadOnlyList<string> InsideMark { get; } = ["mark", "send"];

    public static async Task<(Verdict Verdict, int Kills)> RunAsync(Run run, CancellationToken cancellationToken)
    {
        await using var installation = await run.InstallAsync(new Setup { Settings = Settings }, cancellationToken);
        await installation.StartProcessorAsync(cancellationToken);
        var (kills, unmet) = (0, new List<string>());
        foreach (var step in Steps)
        {
            await installation.Witness.SendAsync(Attempt.Of($"agent-{step}", $"AGENT-{step.ToUpperInvariant()}"), cancellationToken);
            if (await installation.RunAgent(dieAfter: step).DiesAsync(R01KillAtEachPoint.Longest, cancellationToken)) kills++;
            else unmet.Add($"the agent did not come to the step {step}");
        }

        installation.RunAgent();
        await installation.Witness.DrainAsync(R01KillAtEachPoint.Patience, cancellationToken, hasAgent: true);
        var found = await Run.CheckAsync(installation, cancellationToken);
        found = found.Expect(
            found.Counts.Indeterminate <= InsideMark.Count, $"{found.Counts.Indeterminate} indeterminate, and only {InsideMark.Count} kills inside");
        return (found with { Unexpected = [.. found.Unexpected, .. unmet] }, kills);
    }
}
