using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Somebody without a key sends results, commands and undelivered commands: before an event, while its request is on its way, and out of nothing.
/// </summary>
internal sealed class R17Forged : IScenario
{
    private const int AtATime = 5;
    private const string BySite = "lab";
    private const string ByAgent = "hq";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private static readonly string[] Codes = ["CCR4502", "CCR4521", "CCR4522"];

    /// <summary>The processor sends to the one site, and an agent serves the other.</summary>
    private static readonly Setup Setup = new()
    {
        Faults = "delay=1s",
        OtherSites = [BySite],
        Settings = new Dictionary<string, string>(AgentKills.Settings, StringComparer.Ordinal) { ["Ccr__DefaultSite"] = BySite },
    };

    public string Id => "R17";

    public string Title => "forged results, commands and undelivered commands";

    public BrokenBuild? FailsOn => new(BrokenBuilds.BelieveAnybody, verdict => [.. verdict.Duplicated, .. verdict.Unexpected]);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var rounds = run.Pick(5, 300);
        await using var installation = await run.InstallAsync(Setup, cancellationToken);
        await using var intruder = new Intruder(installation.ConnectionString);
        await installation.StartProcessorAsync(cancellationToken);
        foreach (var chunk in Enumerable.Range(0, rounds).Chunk(AtATime)) await ForgeAsync(installation, intruder, chunk, cancellationToken);

        installation.RunAgent();
        await installation.Witness.DrainAsync(Patience, cancellationToken, hasAgent: true);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        var results = await intruder.RefusedAsync(isUndelivered: false, cancellationToken);
        var commands = await intruder.RefusedAsync(isUndelivered: true, cancellationToken);
        return new Finding(
            verdict
                .Expect(verdict.Counts.Accepted == 3 * rounds, $"{3 * rounds} machines and {verdict.Counts.Accepted} accepted")
                .Expect(
                    results.Count == intruder.ForgedResults && results.All(Codes.Contains),
                    $"of {intruder.ForgedResults} results were refused: {Sum(results)}")
                .Expect(commands.Count == 2 * rounds && commands.All(code => code == "CCR4503"), $"of {2 * rounds} commands were refused: {Sum(commands)}"),
            $"{intruder.ForgedResults} results and {2 * rounds} commands forged");
    }

    private static async Task ForgeAsync(Installation installation, Intruder intruder, int[] rounds, CancellationToken stop)
    {
        // Before the event: three, which would be enough for quarantine, and one for what is no machine.
        foreach (var round in rounds)
        {
            foreach (var site in new[] { BySite, ByAgent, "nowhere" }) await intruder.SayAsync($"ccr-{round}-{site}", $"BEFORE{round}", site, "Accepted", stop);
            await intruder.SayAsync($"ccr-{round}", "../../x\u001b[2J", ByAgent, "Accepted", stop);
            await intruder.CommandAsync($"ccr-{round}", $"NEVER{round}", ByAgent, isUndelivered: false, stop);
        }

        await WaitAsync(async () => (await intruder.RefusedAsync(isUndelivered: false, stop)).Count == intruder.ForgedResults);
        await SendAsync(installation, rounds, stop, "BEFORE", "WHILE", "AGENT");

        // While a request is on its way: a second event tells its id, and so does the result that it was handed over.
        await SendAsync(installation, rounds, stop, "WHILE");
        var ids = await FindIdsAsync(installation.Witness, rounds, stop);
        foreach (var (machine, id) in ids)
        {
            foreach (var site in new[] { BySite, ByAgent }) await intruder.SayAsync(id, machine, site, "Failed", stop);
            if (machine.StartsWith("AGENT", StringComparison.Ordinal)) await intruder.CommandAsync(id, machine, ByAgent, isUndelivered: true, stop);
        }

        await WaitAsync(async () => (await intruder.RefusedAsync(isUndelivered: false, stop)).Count == intruder.ForgedResults);
        await SendAsync(installation, rounds, stop, "WHILE", "AGENT");
    }

    private static Task SendAsync(Installation installation, int[] rounds, CancellationToken stop, params string[] names) => installation.Witness.SendAllAsync(
        [
            .. rounds.SelectMany(round => names.Select(name => Attempt.Of(
                $"{name}-{round}-{installation.Witness.Attempts.Count}", $"{name}{round}", name == "AGENT" ? $", \"site\": \"{ByAgent}\"" : ""))),
        ],
        stop);

    /// <summary>The ids of the requests that were handed over, and of those that another event for the same machine repeats.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> FindIdsAsync(Witness witness, int[] rounds, CancellationToken stop)
    {
        string[] machines = [.. rounds.SelectMany(round => new[] { $"WHILE{round}", $"AGENT{round}" })];
        await Eventually.IsTrueAsync(() => Found().Count == machines.Length, Patience, stop);
        return Found();

        Dictionary<string, string> Found() => witness.Answers
            .Where(answer => answer.Outcome is "Dispatched" or "Suppressed")
            .Select(answer => (Machine: answer.Machine?.Split('\\')[^1], Id: answer.Repeats ?? answer.RequestId))
            .Where(found => machines.Contains(found.Machine))
            .DistinctBy(found => found.Machine)
            .ToDictionary(found => found.Machine!, found => found.Id, StringComparer.Ordinal);
    }

    /// <summary>A build that believes refuses nothing, and its time passes here.</summary>
    private static async Task WaitAsync(Func<Task<bool>> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition() && TimeProvider.System.GetElapsedTime(started) < Soon) await Eventually.PassAsync(TimeSpan.FromMilliseconds(100), default);
    }

    private static string Sum(IReadOnlyList<string> codes) =>
        string.Join(", ", codes.CountBy(code => code).OrderBy(code => code.Key, StringComparer.Ordinal).Select(code => $"{code.Value} {code.Key}"));
}
