using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.Core.Ledger;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// A ledger whose power is cut: its log ends anywhere, sometimes with rubbish behind it. Whatever was acknowledged by then must be there, so that no
/// claimed machine is pushed a second time. Then the same with the broker's. In this process, since it takes thousands of openings.
/// </summary>
internal sealed class R02PowerCut : IScenario
{
    public string Id => "R2";

    public string Title => "power cut: the ledger's log ends anywhere, and the broker's";

    public BrokenBuild? FailsOn => new(BrokenBuilds.WriteLater, verdict => verdict.Lost);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var journal = await LedgerJournal.RecordAsync(
            Path.Combine(run.Folder, "recorded"), machines: 12, run.Broken == BrokenBuilds.WriteLater, cancellationToken);
        var (cuts, brokerCuts) = (run.Pick(300, 12_000), run.Pick(60, 2_000));
        var (lost, refused) = (new List<string>(), new List<string>());
        for (var cut = 0; cut < cuts; cut++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = (int)((long)journal.Log.Length * cut / (cuts - 1));
            var log = SqliteFiles.Cut(journal.Log, length, hasTail: cut % 3 == 0, run.Random);
            try
            {
                using var ledger = LedgerJournal.Open(Path.Combine(run.Folder, "cut"), journal.Database, log);
                foreach (var write in journal.Writes.Where(write => write.LogLength <= length))
                {
                    if (!await write.IsKeptAsync(ledger, cancellationToken))
                        lost.Add($"cut at {length} of {journal.Log.Length} with {log.Length - length} bytes behind: {write.What} is gone");
                }
            }
            catch (LedgerException fault)
            {
                refused.Add($"cut at {length}: {fault.Message}");
            }
        }

        var verdict = Verdict.Nothing with
        {
            Lost = lost,
            Unexpected = refused,
            Counts = new Counts { Attempted = journal.Writes.Count, Acknowledged = journal.Writes.Count },
        };
        verdict += await BrokerCuts.RunAsync(run.Folder, brokerCuts, run.Random, cancellationToken);
        return new Finding(
            verdict,
            $"{cuts} cuts of the ledger's log of {journal.Log.Length:n0} bytes, and {brokerCuts} of a broker's, every third with a torn tail")
        {
            Disturbed = cuts + brokerCuts,
            Recovered = cuts + brokerCuts - verdict.Unexpected.Count,
        };
    }
}
