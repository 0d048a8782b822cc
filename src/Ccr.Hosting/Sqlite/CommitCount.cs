using System.Buffers.Binary;

namespace Ccr.Hosting.Sqlite;

/// <summary>
/// How many transactions a ledger has committed, in a file beside it (<c>ledger.db-count</c>). SQLite cuts its log where a sum is wrong and says nothing:
/// after a power cut that is right, after a flipped bit it loses what was acknowledged. A ledger that counts less than this file is not opened.
/// </summary>
/// <remarks>
/// The number is written after the commit is on the disk and is not synchronised itself. So it is never ahead of what was committed, a killed process
/// loses nothing of it, and after a power cut it may be behind: what is lost by a power cut and a flipped bit together is not noticed. A file that is not
/// there, or does not agree with itself, says nothing.
/// </remarks>
/// <param name="path">The ledger; the file beside it is opened, or made.</param>
/// <exception cref="IOException">It cannot be opened.</exception>
internal sealed class CommitCount(string path) : IDisposable
{
    private const int Length = 2 * sizeof(long);

    private readonly FileStream _file = PrivateFolder.OpenFile(PathOf(path));

    /// <summary>The file beside a ledger.</summary>
    public static string PathOf(string path) => $"{path}-count";

    /// <summary>The number that was written last beside a ledger; null when nobody knows.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static long? Read(string path)
    {
        if (!File.Exists(PathOf(path))) return null;

        using var file = File.OpenHandle(PathOf(path), share: FileShare.ReadWrite | FileShare.Delete);
        Span<byte> bytes = stackalloc byte[Length];
        if (RandomAccess.Read(file, bytes, 0) != Length) return null;

        var number = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[sizeof(long)..]) == ~number ? number : null;
    }

    /// <summary>Writes the number of a transaction that is on the disk.</summary>
    public void Write(long number)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[sizeof(long)..], ~number);
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, 0);
        }
        catch (IOException)
        {
            // What was to be written down is committed; only a later loss of it would not be noticed.
        }
    }

    public void Dispose() => _file.Dispose();
}
