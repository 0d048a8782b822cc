using System.Runtime.InteropServices;

namespace Ccr.Hosting.Sqlite;

/// <summary>Tells whether a path still leads to the file that was opened by it.</summary>
/// <remarks>
/// On Linux, by device and inode (man 2 statx; its structure is the same everywhere). Windows does not let go of a file that is open; elsewhere nothing
/// is told.
/// </remarks>
internal sealed class FileMark
{
    private const int CurrentFolder = -100;
    private const uint InodeOnly = 0x100;

    private readonly string _path;
    private readonly (ulong Inode, ulong Device)? _opened;

    private FileMark(string path) => (_path, _opened) = (path, Read(path));

    /// <summary>Whether another file is there now, or none.</summary>
    public bool IsGone => _opened is { } opened && Read(_path) != opened;

    /// <summary>Marks the file that is there.</summary>
    public static FileMark Of(string path) => new(path);

    /// <exception cref="LedgerException">Another file is there now, or none.</exception>
    public void Check()
    {
        if (IsGone) throw new LedgerException(LedgerReasons.Replaced, _path);
    }

    private static (ulong Inode, ulong Device)? Read(string path)
    {
        if (!OperatingSystem.IsLinux()) return null;

        var status = new byte[256];
        try
        {
            if (Status(CurrentFolder, path, 0, InodeOnly, status) != 0) return null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }

        return (BitConverter.ToUInt64(status, 32), BitConverter.ToUInt64(status, 136));
    }

    [DllImport("libc", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Status(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] status);
}
