using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.TestHost.Processor;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// Another ledger beside this one, one that is deleted while it is open, and one from a backup: what cannot be prevented is said, by its code, within
/// seconds. Every machine is asked for once, so that whatever is pushed twice is a fault.
/// </summary>
internal sealed class R19AnotherLedger : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public string Id => "R19";

    public string Title => "another ledger: beside, deleted, from a backup";

    public BrokenBuild? FailsOn =>
        new(BrokenBuilds.NoIdentity, verdict => [.. verdict.Unexpected.Where(line => line.Contains("CCR5106", StringComparison.Ordinal))]);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var rounds = run.Pick(quick: 1, full: 20);
        var verdict = Verdict.Nothing;
        for (var round = 0; round < rounds; round++) verdict += await RunOnceAsync(run, cancellationToken);
        return new Finding(verdict, $"{rounds} times: started beside, both at once, deleted while open, an older copy put back")
        {
            Disturbed = 4 * rounds,
            Recovered = 4 * rounds,
        };
    }

    private static async Task<Verdict> RunOnceAsync(Run run, CancellationToken cancellationToken)
    {
        var silent = new List<string>();
        await using var installation = await run.InstallAsync(new Setup { KeepsResults = true }, cancellationToken);
        var other = new[] { KeyValuePair.Create("Ledger__Path", Path.Combine(installation.Folder, "other", "ledger.db")) };
        var first = await installation.StartHostAsync([], cancellationToken);
        await AskAsync("first", 5);

        var refused = installation.RunHost(other);
        await refused.EndAsync(cancellationToken);
        if (!refused.HasLogged("CCR5109")) silent.Add("CCR5109: a second ledger on this computer was not refused");

        var second = await installation.StartHostAsync([.. other, KeyValuePair.Create("Ledger__AllowOthers", "true")], cancellationToken);
        await AskAsync("both", 50);
        await ExpectAsync("CCR5106", first, second);
        second.Terminate();
        await second.EndAsync(cancellationToken);

        var backup = installation.LedgerFile + ".backup";
        first.Terminate();
        await first.EndAsync(cancellationToken);
        File.Copy(installation.LedgerFile, backup);
        var third = await installation.StartHostAsync([], cancellationToken);
        await AskAsync("third", 5);
        File.Move(installation.LedgerFile, installation.LedgerFile + ".aside");
        await installation.Witness.SendAsync(Attempt.Of("aside", "ASIDE"), cancellationToken);
        await ExpectAsync("CCR5108", third);
        File.Move(installation.LedgerFile + ".aside", installation.LedgerFile);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        third.Terminate();
        await third.EndAsync(cancellationToken);

        foreach (var file in Directory.GetFiles(installation.Folder, "ledger.db*").Where(file => file != backup)) File.Delete(file);
        File.Move(backup, installation.LedgerFile);
        var fourth = await installation.StartHostAsync([], cancellationToken);
        await ExpectAsync("CCR5107", fourth);
        await AskAsync("fourth", 5);

        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return verdict with { Unexpected = [.. verdict.Unexpected, .. silent] };

        async Task AskAsync(string name, int machines)
        {
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(0, machines).Select(number => Attempt.Of($"{name}-{number}", $"{name}{number}".ToUpperInvariant()))], cancellationToken);
            await installation.Witness.DrainAsync(Patience, cancellationToken);
        }

        async Task ExpectAsync(string code, params ChildProcess[] processors)
        {
            if (!await Eventually.IsTrueAsync(() => processors.Any(processor => processor.HasLogged(code)), Patience, cancellationToken))
                silent.Add($"{code} was not said");
        }
    }
}
