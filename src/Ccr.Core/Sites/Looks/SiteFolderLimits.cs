namespace Ccr.Core.Sites.Looks;

/// <summary>How much of a site server's folders is read at most, and how long one look may take.</summary>
public sealed record SiteFolderLimits
{
    /// <summary>The most files in all inboxes together; 20,000 by default. With more the site counts as not looked at.</summary>
    public int MostFiles { get; init; } = 20_000;

    /// <summary>How much of one CCR file is read; 64 KiB by default.</summary>
    public int MostFileBytes { get; init; } = 64 * 1024;

    /// <summary>How much of the end of <c>ccm.log</c>, and again of <c>ccm.lo_</c>, is read; 8 MiB by default.</summary>
    public int MostLogBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long a look may take; two minutes by default. With a share that hangs it ends then.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long to wait before a file that could not be read, or was half written, is read again; 170 milliseconds by default, and then twice as long.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromMilliseconds(170);
}
