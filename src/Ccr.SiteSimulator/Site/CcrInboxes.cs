namespace Ccr.SiteSimulator.Site;

/// <summary>
/// The site server's folders (KB925282): <c>ccr.box</c> for what comes in, <c>ccr.box/inproc</c> for what is worked on, <c>ccrretry.box</c> for what is
/// looked at again. Not safe for concurrent use.
/// </summary>
internal sealed class CcrInboxes
{
    private readonly string _inProcess;
    private readonly string _retry;

    public CcrInboxes(string folder)
    {
        Incoming = Path.Combine(Path.GetFullPath(folder), "ccr.box");
        Box = new CcrBox(Incoming);
        _inProcess = Directory.CreateDirectory(Path.Combine(Incoming, "inproc")).FullName;
        _retry = Directory.CreateDirectory(Path.Combine(folder, "ccrretry.box")).FullName;
    }

    public CcrBox Box { get; }

    public string Incoming { get; }

    /// <summary>What has come in, oldest first.</summary>
    public IEnumerable<string> NewFiles() => FilesOf(Incoming).OrderBy(File.GetLastWriteTimeUtc);

    public IEnumerable<string> UnfinishedFiles() => FilesOf(_inProcess);

    public IReadOnlyList<string> RetryFiles() => [.. FilesOf(_retry).Order(StringComparer.Ordinal)];

    /// <summary>Moves a file to where it is worked on; a <c>.CPB</c> becomes a <c>.ccr</c> there. Its new path.</summary>
    public string Begin(string file)
    {
        var target = Path.Combine(_inProcess, Path.ChangeExtension(Path.GetFileName(file), ".ccr"));
        if (file != target) File.Move(file, target, overwrite: true);
        return target;
    }

    /// <summary>Keeps a file for a later look, named after its target; a machine of another domain that waits under that name stays.</summary>
    public void KeepForRetry(string inProcess, CcrFile content, DateTime now)
    {
        CcrBox.Replace(inProcess, content);
        var target = Path.Combine(_retry, content.ResourceId is { } id ? $"{id}.ccr" : CcrBox.FileNameFor(content.Machine));
        var isOthers = File.Exists(target) && CcrFile.Read(File.ReadAllText(target), now) is { } other
            && !string.Equals(other.Domain, content.Domain, StringComparison.OrdinalIgnoreCase);
        if (isOthers) target = Path.Combine(_retry, CcrBox.FileNameFor($"{content.Machine}_{content.Domain}"));
        File.Move(inProcess, target, overwrite: true);
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).ToUpperInvariant() is ".CCR" or ".CPB");
}
