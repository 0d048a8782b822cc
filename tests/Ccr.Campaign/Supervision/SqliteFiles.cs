namespace Ccr.Campaign.Supervision;

/// <summary>A database and its log, as they lie on the disk.</summary>
internal static class SqliteFiles
{
    private const int LongestTail = 5000;

    /// <summary>Reads a file that is open elsewhere: closing a database would move its log into it.</summary>
    public static byte[] Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The log as a power cut leaves it, with rubbish behind it or without.</summary>
    public static byte[] Cut(byte[] log, int length, bool hasTail, Random random)
    {
        var tail = new byte[hasTail ? random.Next(1, LongestTail) : 0];
        random.NextBytes(tail);
        return [.. log.AsSpan(0, length), .. tail];
    }

    /// <summary>Writes a database with its log, into a folder with nothing else in it.</summary>
    public static void Write(string path, byte[] database, byte[] log)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(path, database);
        File.WriteAllBytes($"{path}-wal", log);
    }
}
