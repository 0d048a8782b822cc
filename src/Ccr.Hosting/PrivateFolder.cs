namespace Ccr.Hosting;

/// <summary>A folder for its owner alone.</summary>
internal static class PrivateFolder
{
    /// <summary>Makes it, where it is not there yet. On Windows it has the rights of the folder that it is in.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
