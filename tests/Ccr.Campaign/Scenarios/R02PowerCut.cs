using Ccr.Campaign.Host;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.Core.Ledger;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// A ledger whose power is cut: its log ends anywhere, sometimes with rubbish behind it. Whatever was acknowledged by then
/// must be there, so that no claimed machine is pushed a second time. In this process, since it takes thousands of openings.
/// </summary>
internal sealed class R02PowerCut : IScenario
{
    private const int LongestTail = 5000;

    public string Id => "R2";

    public string Title => "power cut: the ledger's log ends anywhere";

    public BrokenBuild? FailsOn => new(BrokenBuilds.WriteLater, verdict => verdict.Lost);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var journal = await LedgerJournal.RecordAsync(Path.Combine(run.Folder, "recorded"), machines: 12, run.Broken == BrokenBuilds.WriteLater, cancellationToken);
        var cuts = run.Pick(300, 12_000);
        var (lost, refused) = (new List<string>(), new List<string>());
        for (var cut = 0; cut < cuts; cut++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = (int)((long)journal.Log.Length * cut / (cuts - 1));
            var tail = new byte[cut % 3 == 0 ? run.Random.Next(1, LongestTail) : 0];
            run.Random.NextBytes(tail);
            try
            {
                using var ledger = LedgerJournal.Open(Path.Combine(run.Folder, "cut"), journal.Database, [.. journal.Log.AsSpan(0, length), .. tail]);
                foreach (var write in journal.Writes.Where(write => write.LogLength <= length))
                {
                    if (!await write.IsKeptAsync(ledger, cancellationToken)) lost.Add($"cut at {length} of {journal.Log.Length} with {tail.Length} bytes behind: {write.What} is gone");
                }
            }
            catch (LedgerException fault)
            {
                refused.Add($"cut at {length}: {fault.Message}");
            }
        }

        var verdict = Verdict.Nothing with { Lost = lost, Unexpected = refused, Counts = new Counts { Attempted = journal.Writes.Count, Acknowledged = journal.Writes.Count } };
        return new Finding(verdict, $"{cuts} cuts of a log of {journal.Log.Length:n0} bytes, every third with a torn tail; the broker's journal is not cut here")
        {
            Disturbed = cuts,
            Recovered = cuts - refused.Count,
        };
    }
}
