using System.Diagnostics;
using Ccr.TestHost.Processor;
using Ccr.Campaign.Supervision;
using Ccr.Campaign.Truth;
using Ccr.Core.Ledger;

namespace Ccr.Campaign.Scenarios;

/// <summary>
/// A ledger on a disk that is full, on one that fails, and with flipped bits. Nothing may be sent that is not written down, and everything is answered
/// once the disk is well. Without the right to mount, the full disk is left out.
/// </summary>
internal sealed class R11DiskFull : IScenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public string Id => "R11";

    public string Title => "disk full, disk failing, bits flipped";

    public BrokenBuild? FailsOn =>
        new(BrokenBuilds.PretendWritten, verdict => [.. verdict.Unexpected.Where(line => line.Contains("while no claim", StringComparison.Ordinal))]);

    public async Task<Finding> RunAsync(Run run, CancellationToken cancellationToken)
    {
        var flipping = Task.Run(() => FlipAsync(run, run.Pick(300, 10_000), new Random(run.Random.Next()), cancellationToken), cancellationToken);
        var failing = FailAsync(run, cancellationToken);
        var (full, fullNote) = await FillAsync(run, cancellationToken);
        var (flipped, flippedNote) = await flipping;
        return new Finding(
            full + await failing + flipped,
            $"{fullNote}; a disk that failed for 5 s (an exception in the process); {flippedNote}")
        { Disturbed = 2, Recovered = 2 };
    }

    private static async Task<(Verdict Verdict, string Note)> FillAsync(Run run, CancellationToken cancellationToken)
    {
        var disk = Path.Combine(run.Folder, "disk");
        Directory.CreateDirectory(disk);
        if (!await MountAsync(cancellationToken, "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk))
            return (Verdict.Nothing, "no full disk: mounting is not permitted here");

        try
        {
            await using var installation = await run.InstallAsync(new Setup { LedgerFile = Path.Combine(disk, "ledger.db") }, cancellationToken);
            await installation.StartHostAsync([], cancellationToken);
            await installation.Witness.SendAllAsync(
                [.. Enumerable.Range(0, 400).Select(number => Attempt.Of($"full-{number}", $"FULL{number}"))], cancellationToken);
            await Eventually.PassAsync(TimeSpan.FromSeconds(6), cancellationToken);
            var (early, pushed) = (installation.Witness.Answered, Push.ReadLog(installation.RequestLog).Count);
            await MountAsync(cancellationToken, "-o", "remount,size=64m", disk);
            await installation.Witness.DrainAsync(Patience, cancellationToken);
            var verdict = await Run.CheckAsync(installation, cancellationToken);
            return (
                verdict.Expect(pushed < 400, "the disk was never full"),
                $"a disk that was full after {pushed} of 400 submissions ({early} answered by then, {verdict.Counts.DeadLetters} dead-lettered, {verdict.Counts.Indeterminate} indeterminate)");
        }
        finally
        {
            using var unmount = Process.Start("umount", [disk]);
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static async Task<Verdict> FailAsync(Run run, CancellationToken cancellationToken)
    {
        var marker = Path.Combine(run.Folder, "failing");
        await using var installation = await run.InstallAsync(new Setup { Faults = "delay=20ms" }, cancellationToken);
        await installation.StartHostAsync([KeyValuePair.Create("CCR_LEDGER_FAILS_WHILE", marker)], cancellationToken);
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(0, 100).Select(number => Attempt.Of($"failing-{number}", $"FAIL{number}"))], cancellationToken);
        await Eventually.IsTrueAsync(() => installation.Witness.Answered > 20, Patience, cancellationToken);
        await File.WriteAllTextAsync(marker, "", cancellationToken);
        await Eventually.PassAsync(TimeSpan.FromSeconds(1), cancellationToken);
        var pushed = Push.ReadLog(installation.RequestLog).Count;
        await installation.Witness.SendAllAsync(
            [.. Enumerable.Range(100, 20).Select(number => Attempt.Of($"failing-{number}", $"FAIL{number}"))], cancellationToken);
        await Eventually.PassAsync(TimeSpan.FromSeconds(4), cancellationToken);
        var later = Push.ReadLog(installation.RequestLog).Count;
        File.Delete(marker);
        await installation.Witness.DrainAsync(Patience, cancellationToken);
        var verdict = await Run.CheckAsync(installation, cancellationToken);
        return verdict.Expect(later == pushed, $"{later - pushed} submissions while no claim could be written");
    }

    /// <summary>
    /// A flipped bit may cost a ledger, but never bring a process down, and what was acknowledged is not forgotten in silence. SQLite sums up its log, and
    /// cuts it there, which the count beside it tells. It does not sum up its pages, so that a wrong letter within a row stays one.
    /// </summary>
    private static async Task<(Verdict Verdict, string Note)> FlipAsync(Run run, int flips, Random random, CancellationToken cancellationToken)
    {
        var journal = await LedgerJournal.RecordAsync(Path.Combine(run.Folder, "recorded"), machines: 12, isWrittenLater: false, cancellationToken);
        var (refused, whole, forgetful, wrong) = (0, 0, 0, new List<string>());
        for (var flip = 0; flip < flips; flip++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var isClosed = flip % 2 == 0;
            var (database, log) = isClosed ? ((byte[])journal.Closed.Clone(), []) : (journal.Database, (byte[])journal.Log.Clone());
            var bytes = isClosed ? database : log;
            var bit = random.Next(bytes.Length * 8);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                using var ledger = LedgerJournal.Open(Path.Combine(run.Folder, "flipped"), database, log, journal.Count);
                var kept = 0;
                foreach (var write in journal.Writes) kept += await write.IsKeptAsync(ledger, cancellationToken) ? 1 : 0;
                if (kept == journal.Writes.Count) whole++;
                else if (isClosed) forgetful++;
                else wrong.Add($"bit {bit} of the log: {journal.Writes.Count - kept} acknowledged writes are gone, and it was opened");
            }
            catch (LedgerException)
            {
                refused++;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                wrong.Add($"bit {bit} of the {(isClosed ? "database" : "log")}: {fault.GetType().Name}: {fault.Message}");
            }
        }

        return (Verdict.Nothing with { Unexpected = wrong }, $"{flips} flipped bits: {whole} ledgers whole, {refused} refused, {forgetful} opened with a row that is not found any more");
    }

    private static async Task<bool> MountAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        try
        {
            using var mount = Process.Start(new ProcessStartInfo("mount", arguments) { UseShellExecute = false, RedirectStandardError = true })!;
            await mount.WaitForExitAsync(cancellationToken);
            return mount.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
