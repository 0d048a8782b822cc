using Ccr.Core.Views;
using System.Text;
using Ccr.Core.Sites.Looks;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.Core.Tests.Sites.Looks;

public sealed class SiteFoldersTests : IDisposable
{
    private const int Limit = 120_000;

    private static readonly DateTimeOffset Noon = SiteOnDisk.Noon;

    private readonly SiteOnDisk _site = new();

    public void Dispose() => _site.Dispose();

    [Theory]
    [InlineData("ccr.box/01MOLQGI.ccr", CcrPlace.Incoming)]
    [InlineData("ccr.box/16777221.CPB", CcrPlace.Incoming)]
    [InlineData("ccr.box/inproc/01MOLQGI.CCR", CcrPlace.Processing)]
    [InlineData("ccrretry.box/PC01.ccr", CcrPlace.Retry)]
    [InlineData("ccr.box/PC01.bad", CcrPlace.None)]
    [InlineData("ccr.box/unfinished.tmp", CcrPlace.None)]
    public async Task Look_AFileInOneOfTheFolders_TellsThePlace(string file, CcrPlace place)
    {
        _site.Write(file, SiteOnDisk.Ccr("PC01"));

        Assert.Equal(new CcrTrace { Place = place }, await _site.LookAsync("PC01"));
    }

    [Fact]
    public async Task Look_ForManyMachines_AnswersForEach()
    {
        _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC1"));
        _site.Write("ccrretry.box/PC10.ccr", SiteOnDisk.Ccr("PC10"));
        await File.WriteAllTextAsync(_site.LogFile, SiteOnDisk.Failure("PC10", 53, Noon), TestContext.Current.CancellationToken);

        var views = await LookAsync(new("PC1", "CORP"), new("PC10", "CORP"), new("PC100", "CORP"), new("PC1", "CORP"), new("no name", "CORP"));

        Assert.Equal(["CORP\\PC1", "CORP\\PC10", "CORP\\PC100", "CORP\\no name"], views.Keys);
        Assert.Equal(new CcrTrace { Place = CcrPlace.Incoming }, views["CORP\\PC1"].Ccr);
        Assert.Equal(new CcrTrace { Place = CcrPlace.Retry, Attempted = Noon, Error = 53 }, views["CORP\\PC10"].Ccr);
        Assert.Equal(new CcrTrace(), views["CORP\\PC100"].Ccr);
        Assert.All(views.Values, view => Assert.Null(view.Device));
    }

    [Fact]
    public async Task Look_AFileThatNamesADomain_CountsForThatOneAlone()
    {
        _site.Write("ccrretry.box/PC01.ccr", SiteOnDisk.Ccr("PC01", "OTHER"));
        _site.Write("ccr.box/inproc/2.ccr", SiteOnDisk.Ccr("PC02"));

        var views = await LookAsync(new("PC01", "CORP"), new("PC01", "Other"), new("PC02", "CORP"), new("PC02", "OTHER"));

        Assert.Equal([CcrPlace.None, CcrPlace.Retry, CcrPlace.Processing, CcrPlace.Processing], views.Values.Select(view => view.Ccr!.Place));
    }

    [Fact]
    public async Task Look_AMachineWithANewCcrBesideAnOldOne_TellsTheNewOne()
    {
        _site.Write("ccrretry.box/PC01.ccr", SiteOnDisk.Ccr("PC01"));
        _site.Write("ccr.box/2.ccr", SiteOnDisk.Ccr("PC01"));

        Assert.Equal(CcrPlace.Incoming, (await _site.LookAsync("PC01"))!.Place);
    }

    [Theory]
    [InlineData("ccr.box/inproc/01MOLQGI.ccr", CcrPlace.Processing)]
    [InlineData("ccrretry.box/PC01.ccr", CcrPlace.Retry)]
    [InlineData("ccrretry.box/PC01.CORP.CCR", CcrPlace.Retry)]
    [InlineData("ccrretry.box/PC01.OTHER.CCR", CcrPlace.None)]
    public async Task Look_AFileThatStaysLocked_IsToldFromItsNameAndTheLog(string file, CcrPlace place)
    {
        var locked = _site.Write(file, "");
        await WriteLogAsync(SiteOnDisk.Line("""======>Begin Processing request: "01MOLQGI", machine name: "PC01" """, Noon));

        Assert.Equal(place, (await _site.LookAsync("PC01", path => path == locked ? throw new IOException("locked") : Read(path)))!.Place);
    }

    [Fact]
    public async Task Look_AFileThatStaysLockedAndMayBeAnybodys_LeavesOpenWhereAMachineIs()
    {
        var locked = _site.Write("ccr.box/inproc/3.ccr", "");
        _site.Write("ccr.box/4.ccr", SiteOnDisk.Ccr("PC02"));
        Stream Open(string path) => path == locked ? throw new UnauthorizedAccessException("locked") : Read(path);

        Assert.Null(await _site.LookAsync("PC01", Open));
        Assert.Equal(CcrPlace.Incoming, (await _site.LookAsync("PC02", Open))!.Place);
    }

    [Fact]
    public async Task Look_AFileThatIsLockedAtFirst_IsReadAgain()
    {
        var file = _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01"));
        var tries = 0;

        var trace = await _site.LookAsync("PC01", path => path == file && ++tries < 3 ? throw new IOException("locked") : Read(path));

        Assert.Equal((CcrPlace.Incoming, 3), (trace!.Place, tries));
    }

    [Fact]
    public async Task Look_AFileThatIsHalfWritten_IsReadAgain()
    {
        var file = _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01")[..40]);

        var trace = await _site.LookAsync("PC01", path =>
        {
            var half = Read(path);
            if (path == file) _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01"));
            return half;
        });

        Assert.Equal(CcrPlace.Incoming, trace!.Place);
    }

    [Fact]
    public async Task Look_AFileThatMovesOnWhileItIsRead_IsFoundWhereItWent()
    {
        var file = _site.Write("ccrretry.box/PC01.ccr", SiteOnDisk.Ccr("PC01"));

        var trace = await _site.LookAsync("PC01", path =>
        {
            if (path == file) File.Move(path, _site.PathOf("ccr.box/inproc/PC01.ccr"));
            return Read(path);
        });

        Assert.Equal(CcrPlace.Processing, trace!.Place);
    }

    [Fact]
    public async Task Look_AFileThatSlipsPastAPass_IsFoundByTheNextOne()
    {
        var busy = _site.Write("ccr.box/inproc/2.ccr", SiteOnDisk.Ccr("PC02"));
        var file = _site.Write("ccrretry.box/PC01.ccr", SiteOnDisk.Ccr("PC01"));
        var hidden = _site.PathOf("PC01.ccr");
        var log = await WriteLogAsync("");

        // It goes back to inproc: gone from ccrretry.box before the pass comes there, and in inproc only when the pass is through.
        var trace = await _site.LookAsync("PC01", path =>
        {
            if (path == busy) File.Move(file, hidden);
            if (path == log) File.Move(hidden, _site.PathOf("ccr.box/inproc/PC01.ccr"));
            return Read(path);
        });

        Assert.Equal(CcrPlace.Processing, trace!.Place);
    }

    [Fact]
    public async Task Look_AFileThatIsReplacedWhileItIsRead_TellsTheOldOrTheNewMachine()
    {
        var file = _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01"));

        var trace = await _site.LookAsync("PC01", path =>
        {
            var old = Read(path);
            if (path == file) File.Move(_site.Write("ccr.box/new.tmp", SiteOnDisk.Ccr("PC02")), path, overwrite: true);
            return old;
        });

        Assert.Equal(CcrPlace.Incoming, trace!.Place);
    }

    [Theory]
    [InlineData("us-ascii")]
    [InlineData("iso-8859-1")]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    public async Task Look_ALogInAnyEncoding_ReadsItFromBothEnds(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var lines = SiteOnDisk.Line("using account 'Büro'", Noon) + string.Concat(Enumerable.Range(0, 300).Select(i => SiteOnDisk.Failure($"PC{i}", i + 1, Noon.AddSeconds(i))));
        await File.WriteAllTextAsync(_site.LogFile, lines, encoding, TestContext.Current.CancellationToken);

        Assert.Equal(1, (await _site.LookAsync("PC0"))!.Error);
        Assert.Equal(300, (await _site.LookAsync("PC299"))!.Error);

        // However many bytes fit, the last line is whole, and the one that is cut is not there.
        for (var bytes = 1000; bytes < 1300; bytes++)
        {
            var limits = new SiteFolderLimits { MostLogBytes = bytes };
            Assert.Equal(300, (await _site.LookAsync("PC299", limits: limits))!.Error);
            Assert.Null((await _site.LookAsync("PC280", limits: limits))!.Error);
        }
    }

    [Fact]
    public async Task Look_ALogWhoseFirstLineIsCut_DoesNotTakeItsRestForAnother()
    {
        // Without its first words this line would show the site at work on the machine.
        var line = SiteOnDisk.Line("""Received request: "X" for machine name: "PC01" on queue: "Incoming".""", Noon);
        await WriteLogAsync(line);

        for (var bytes = 1; bytes <= line.Length; bytes++)
            Assert.Null((await _site.LookAsync("PC01", limits: new() { MostLogBytes = bytes }))!.Attempted);
    }

    [Fact]
    public async Task Look_ALogThatWasRolledOver_ReadsTheOldOneFirst()
    {
        await File.WriteAllTextAsync(
            Path.ChangeExtension(_site.LogFile, ".lo_"),
            SiteOnDisk.Failure("PC01", 5, Noon) + SiteOnDisk.Failure("PC02", 67, Noon), TestContext.Current.CancellationToken);
        await WriteLogAsync(SiteOnDisk.Failure("PC01", 53, Noon.AddHours(1)));

        Assert.Equal(new CcrTrace { Attempted = Noon.AddHours(1), Error = 53 }, await _site.LookAsync("PC01"));
        Assert.Equal(new CcrTrace { Attempted = Noon, Error = 67 }, await _site.LookAsync("PC02"));
    }

    [Fact]
    public async Task Look_ALogThatIsRolledOverMeanwhile_MissesNothing()
    {
        await WriteLogAsync(SiteOnDisk.Failure("PC01", 53, Noon));
        var older = Path.ChangeExtension(_site.LogFile, ".lo_");

        var trace = await _site.LookAsync("PC01", path =>
        {
            if (path == older && !File.Exists(older)) File.Move(_site.LogFile, older);
            return Read(path);
        });

        Assert.Equal(new CcrTrace { Attempted = Noon, Error = 53 }, trace);
    }

    [Fact]
    public async Task Look_ALogThatIsWritten_LeavesTheWriterAlone()
    {
        using var writer = new FileStream(_site.LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        writer.Write(Encoding.ASCII.GetBytes(SiteOnDisk.Failure("PC01", 53, Noon) + SiteOnDisk.Failure("PC01", 64, Noon)[..^4]));
        await writer.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(53, (await _site.LookAsync("PC01"))!.Error);
    }

    [Fact]
    public async Task Look_AtAYoungSite_HasViewsWithoutALog()
    {
        Directory.Delete(_site.PathOf("ccr.box/inproc"));
        _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01"));

        Assert.Equal(new CcrTrace { Place = CcrPlace.Incoming }, await _site.LookAsync("PC01"));
    }

    [Theory]
    [InlineData("inboxes/ccr.box")]
    [InlineData("inboxes/ccrretry.box")]
    [InlineData("Logs")]
    public async Task Look_WithoutAFolder_FailsAndNamesIt(string folder)
    {
        var path = Path.Combine(Path.GetDirectoryName(_site.Inboxes)!, folder);
        Directory.Delete(path, recursive: true);

        var answer = await _site.Folders().LookAsync([new("PC01", "CORP")], TestContext.Current.CancellationToken);

        Assert.Equal(LookReasons.FoldersNotRead, answer.Fault);
        Assert.Contains(path, answer.Detail, StringComparison.Ordinal);
        Assert.Null(answer.Views);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Look_ALogThatStaysClosed_FailsAndNamesIt(bool isForbidden)
    {
        Stream Open(string path) =>
            path == _site.LogFile ? throw (isForbidden ? new UnauthorizedAccessException("no") : new IOException("held")) : Read(path);

        var answer = await _site.Folders(Open).LookAsync([new("PC01", "CORP")], TestContext.Current.CancellationToken);

        Assert.Equal(LookReasons.FoldersNotRead, answer.Fault);
        Assert.Contains(_site.LogFile, answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_ALogThatIsHeldForAMoment_IsReadAgain()
    {
        await WriteLogAsync(SiteOnDisk.Failure("PC01", 53, Noon));
        var tries = 0;

        var trace = await _site.LookAsync("PC01", path => path == _site.LogFile && ++tries < 3 ? throw new IOException("held") : Read(path));

        Assert.Equal(53, trace!.Error);
    }

    [Fact]
    public async Task Look_MoreFilesThanItMayRead_FailsInsteadOfTakingAMachineForGone()
    {
        for (var i = 0; i < 11; i++) _site.Write($"ccrretry.box/PC{i}.ccr", SiteOnDisk.Ccr($"PC{i}"));

        var answer = await _site.Folders(limits: new() { MostFiles = 10 }).LookAsync([new("PC1", "CORP")], TestContext.Current.CancellationToken);

        Assert.Equal(LookReasons.FoldersNotRead, answer.Fault);
        Assert.Contains("more than 10 files", answer.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Look_AHugeFile_ReadsItsBeginning()
    {
        _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01") + new string('x', 1_000_000));

        Assert.Equal(CcrPlace.Incoming, (await _site.LookAsync("PC01"))!.Place);
    }

    [Fact(Timeout = Limit)]
    public async Task Look_AShareThatHangs_EndsAtItsLimitAndIsNotAskedAgainBeforeItAnswers()
    {
        var file = _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01"));
        var time = new FakeTimeProvider();
        var isHanging = new TaskCompletionSource();
        using var answers = new ManualResetEventSlim();
        var opened = 0;
        var folders = _site.Folders(Open, new() { TimeLimit = TimeSpan.FromMinutes(2) }, time);
        Stream Open(string path)
        {
            Interlocked.Increment(ref opened);
            isHanging.TrySetResult();
            answers.Wait(TestContext.Current.CancellationToken);
            return Read(path);
        }

        var first = folders.LookAsync([new("PC01", "CORP")], TestContext.Current.CancellationToken);
        await isHanging.Task;
        Assert.False(first.IsCompleted);
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(LookReasons.FoldersNotRead, (await first).Fault);

        var second = await folders.LookAsync([new("PC01", "CORP")], TestContext.Current.CancellationToken);
        Assert.Contains("earlier look", second.Detail, StringComparison.Ordinal);
        Assert.Equal(1, opened);

        answers.Set();
        LookAnswer third;
        do
        {
            await Task.Yield();
            third = await folders.LookAsync([new("PC01", "CORP")], TestContext.Current.CancellationToken);
        }
        while (third.Views is null);
        Assert.Equal(CcrPlace.Incoming, third.Views["CORP\\PC01"].Ccr!.Place);
        Assert.True(File.Exists(file));
    }

    [Fact(Timeout = Limit)]
    public async Task Look_ThatIsCancelledWhileAShareHangs_Ends()
    {
        _site.Write("ccr.box/1.ccr", SiteOnDisk.Ccr("PC01"));
        using var answers = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var isHanging = new TaskCompletionSource();

        var look = _site.Folders(path =>
        {
            isHanging.TrySetResult();
            answers.Wait(TestContext.Current.CancellationToken);
            return Read(path);
        }).LookAsync([new("PC01", "CORP")], stop.Token);
        await isHanging.Task;
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => look);
        answers.Set();
    }

    private static FileStream Read(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private async Task<IReadOnlyDictionary<string, SiteView>> LookAsync(params LookedFor[] machines) =>
        (await _site.Folders().LookAsync(machines, TestContext.Current.CancellationToken)).Views!;

    private async Task<string> WriteLogAsync(string text)
    {
        await File.WriteAllTextAsync(_site.LogFile, text, TestContext.Current.CancellationToken);
        return _site.LogFile;
    }
}
