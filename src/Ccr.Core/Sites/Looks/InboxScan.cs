using Ccr.Core.Views;
namespace Ccr.Core.Sites.Looks;

/// <summary>One look through a site server's inboxes, in several passes. Not safe for concurrent use.</summary>
internal sealed class InboxScan(string inboxes, SiteFolderLimits limits, Func<string, Stream> open)
{
    /// <summary>In the order in which a file moves through them, so that one that moves during a pass is met again.</summary>
    private static readonly (CcrPlace Place, string Folder)[] Folders =
    [
        (CcrPlace.Incoming, "ccr.box"), (CcrPlace.Processing, Path.Combine("ccr.box", "inproc")), (CcrPlace.Retry, "ccrretry.box"),
    ];

    private readonly HashSet<string> _understood = new(StringComparer.Ordinal);
    private readonly List<Found> _found = [];
    private readonly List<Unclear> _unclear = [];
    private readonly byte[] _start = new byte[limits.MostFileBytes];
    private int _entries;

    private sealed record Found(CcrPlace Place, CcrContent Content);

    /// <summary>A file that names no machine as far as is known.</summary>
    private sealed record Unclear(CcrPlace Place, string Path, bool WasRead);

    /// <summary>Whether another pass may find more: a file was held by somebody, was half written, or went while it was to be read.</summary>
    public bool IsUnsettled { get; private set; }

    /// <summary>Reads each file that no pass before understood.</summary>
    /// <exception cref="IOException">A folder cannot be read; the message names it.</exception>
    public void Pass(CancellationToken cancel)
    {
        _unclear.Clear();
        _entries = 0;
        IsUnsettled = false;
        foreach (var (place, name) in Folders) ReadFolder(place, Path.Combine(inboxes, name), cancel);
        IsUnsettled |= _unclear.Count > 0;
    }

    /// <summary>
    /// Where the CCR of each machine is. Of several the one that is least far on its way counts, since it is the newest. Null when it was not found and a
    /// file could neither be read nor be told from its name: that one may be it.
    /// </summary>
    /// <remarks>A file that names no domain counts for a machine of that name in every domain.</remarks>
    public Dictionary<string, CcrPlace?> PlacesOf(IEnumerable<LookedFor> machines, CcmLogReader log)
    {
        var guessed = _unclear.Select(each => (File: each, Found: new Found(each.Place, ByName(each, log)))).ToList();
        var byName = _found.Concat(guessed.Select(each => each.Found)).Where(each => each.Content.Machine is not null)
            .ToLookup(each => each.Content.Machine!.Value.Value, StringComparer.OrdinalIgnoreCase);
        CcrPlace? otherwise = guessed.Exists(each => !each.File.WasRead && each.Found.Content.Machine is null) ? null : CcrPlace.None;
        return machines.DistinctBy(machine => machine.Key).ToDictionary(
            machine => machine.Key,
            machine => byName[machine.Machine].Where(each => IsIn(machine.Domain, each.Content)).Select(each => (CcrPlace?)each.Place).Min() ?? otherwise);
    }

    private static bool IsIn(string domain, CcrContent ccr) => ccr.Domain is null || ccr.Domain.Equals(domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>The log calls a request by the name of its file; in <c>ccrretry.box</c> a file is named after its target.</summary>
    private static CcrContent ByName(Unclear file, CcmLogReader log)
    {
        var name = Path.GetFileName(file.Path);
        var logged = log.MachineOf(name) ?? log.MachineOf(Path.GetFileNameWithoutExtension(name));
        if (logged is not null) return new(logged, null);
        return file.Place == CcrPlace.Retry ? CcrContent.OfName(name) : default;
    }

    private void ReadFolder(CcrPlace place, string folder, CancellationToken cancel)
    {
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder))
            {
                cancel.ThrowIfCancellationRequested();
                if (++_entries > limits.MostFiles) throw new IOException($"there are more than {limits.MostFiles} files in the inboxes");
                var isCcr = Path.GetExtension(path).ToUpperInvariant() is ".CCR" or ".CPB";
                if (isCcr && !_understood.Contains(path)) ReadFile(place, path);
            }
        }
        catch (DirectoryNotFoundException) when (place == CcrPlace.Processing)
        {
            // A site that never worked on a CCR may not have it.
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder} cannot be read: {fault.Message}", fault);
        }
    }

    private void ReadFile(CcrPlace place, string path)
    {
        try
        {
            using var file = open(path);
            var content = CcrContent.Read(_start.AsSpan(0, file.ReadAtLeast(_start, _start.Length, throwOnEndOfStream: false)));
            if (content.Machine is null)
            {
                _unclear.Add(new(place, path, WasRead: true));
                return;
            }

            _found.Add(new(place, content));
            _understood.Add(path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            IsUnsettled = true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _unclear.Add(new(place, path, WasRead: false));
        }
    }
}
