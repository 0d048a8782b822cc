using Ccr.Core.Views;
using Ccr.Core.Machines;

namespace Ccr.Core.Sites.Looks;

/// <summary>Looks at a site server's inboxes and its <c>ccm.log</c>, in a folder or on a share. It only reads. Safe for concurrent use.</summary>
/// <remarks>
/// Whatever stands in these files was written by others, and only names of machines and numbers are taken out of it. Lines of the log name no domain: two
/// machines of one name share what it says. README.md beside this folder says what each finding proves.
/// </remarks>
/// <param name="inboxesFolder">The folder that holds <c>ccr.box</c> and <c>ccrretry.box</c>.</param>
/// <param name="logFile">The path of <c>ccm.log</c>; null when only the inboxes can be read.</param>
/// <param name="limits">How much is read, and how long.</param>
/// <param name="time">The clock for the limit and the pauses.</param>
public sealed class SiteFolders(string inboxesFolder, string? logFile, SiteFolderLimits limits, TimeProvider time)
{
    private const int MostPasses = 3;

    private Task? _abandoned;

    /// <summary>Opens a file so that the site server may go on writing, renaming and deleting it.</summary>
    internal Func<string, Stream> Open { get; init; } =
        path => new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);

    /// <summary>
    /// What inboxes and log say of each of the machines, by one look for all. A view has no <see cref="SiteView.Ccr"/> when the machine's file was not found
    /// and one of the files could not be read: it may be that one.
    /// </summary>
    public async Task<LookAnswer> LookAsync(IReadOnlyCollection<LookedFor> machines, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(machines);
        if (Volatile.Read(ref _abandoned) is { IsCompleted: false })
            return LookAnswer.Failed(LookReasons.FoldersNotRead, $"{inboxesFolder} did not answer, and an earlier look still waits for it");

        using var timeout = new CancellationTokenSource(limits.TimeLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timeout.Token);
        var stop = either.Token;

        // Reading from a share that hangs cannot be stopped, only be left alone.
        var look = Task.Run(() => ReadAsync(machines, stop), CancellationToken.None);
        try
        {
            return await look.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            Volatile.Write(ref _abandoned, look);
            cancel.ThrowIfCancellationRequested();
            return LookAnswer.Failed(LookReasons.FoldersNotRead, $"{inboxesFolder} and the log were not read within {limits.TimeLimit}");
        }
    }

    private async Task<LookAnswer> ReadAsync(IReadOnlyCollection<LookedFor> machines, CancellationToken cancel)
    {
        var inboxes = new InboxScan(inboxesFolder, limits, Open);
        CcmLogReader? log = null;
        try
        {
            for (var pass = 1; ; pass++)
            {
                inboxes.Pass(cancel);
                log ??= TryReadLog(isLastTry: pass == MostPasses, cancel);

                if (log is not null)
                {
                    // A file that goes back to be worked on can slip past a pass or two.
                    var places = inboxes.PlacesOf(machines, log);
                    var isSure = !inboxes.IsUnsettled && places.Values.All(place => place > CcrPlace.None);
                    if (isSure || pass == MostPasses) return LookAnswer.Of(ViewsOf(machines, places, log));
                }

                await Task.Delay(limits.Pause * pass, time, cancel);
            }
        }
        catch (IOException fault)
        {
            return LookAnswer.Failed(LookReasons.FoldersNotRead, fault.Message);
        }
    }

    /// <summary>Null when somebody holds the log just now.</summary>
    private CcmLogReader? TryReadLog(bool isLastTry, CancellationToken cancel)
    {
        var log = new CcmLogReader();
        if (logFile is null) return log;

        try
        {
            LogTail.Read(logFile, limits.MostLogBytes, Open, log.Read, cancel);
            return log;
        }
        catch (IOException fault) when (fault is not DirectoryNotFoundException && !isLastTry)
        {
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{logFile} cannot be read: {fault.Message}", fault);
        }
    }

    private static Dictionary<string, SiteView> ViewsOf(
        IEnumerable<LookedFor> machines, Dictionary<string, CcrPlace?> places, CcmLogReader log)
    {
        Dictionary<string, SiteView> views = [];
        foreach (var machine in machines)
        {
            var work = MachineName.TryParse(machine.Machine, out var name, out _) ? log.Of(name) : null;
            views[machine.Key] = places[machine.Key] is { } place
                ? new() { Ccr = new() { Place = place, Attempted = work?.Latest, Error = work?.Error } }
                : new();
        }

        return views;
    }
}
