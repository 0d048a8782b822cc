using System.Runtime.InteropServices;

namespace Ccr.Hosting.Sqlite;

/// <summary>Tells whether a path still leads to the file that was opened by it.</summary>
/// <remarks>
/// On Linux, by device and inode (man 2 statx; its structure is the same everywhere). Windows does not let go of a file that is open; elsewhere nothing
/// is told.
/// </remarks>
/// <param name="path">The path; the file that is there now is marked.</param>
internal sealed class FileMark(string path)
{
    private const int CurrentFolder = -100;
    private const uint InodeOnly = 0x100;

    private readonly (ulong Inode, ulong Device)? _opened = Read(path);

    /// <exception cref="LedgerException">Another file is there now, or none.</exception>
    public void Check()
    {
        if (_opened is { } opened && Read(path) != opened) throw new LedgerException(LedgerReasons.Replaced, path);
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
