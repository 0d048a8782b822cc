using Ccr.Core.Text;

namespace Ccr.Cli.Events;

/// <summary>One event to send, and where it was found.</summary>
internal sealed record EventFile(string Name, ReadOnlyMemory<byte> Body);

/// <summary>Finds events in files. Their bytes are sent as they are: what is in them is not this command's concern.</summary>
internal static class EventFiles
{
    private const string StandardInput = "-";

    /// <summary>The events of each path: a .json file is one event, a .ndjson file one a line, a folder all of its files.</summary>
    /// <remarks>Nothing ends a read of a terminal or a pipe, so a stopped command leaves it behind.</remarks>
    public static Task<IReadOnlyList<EventFile>> ReadAsync(IEnumerable<string> paths, Stream standardInput, CancellationToken stop) =>
        Task.Run<IReadOnlyList<EventFile>>(() => Read(paths, standardInput), CancellationToken.None).WaitAsync(stop);

    private static List<EventFile> Read(IEnumerable<string> paths, Stream standardInput)
    {
        var events = paths.SelectMany(path => Read(path, standardInput)).ToList();
        return events.Count > 0 ? events : throw new UserErrorException(CliReasons.NoEvents, "no event was found in what was given");
    }

    private static IEnumerable<EventFile> Read(string path, Stream standardInput)
    {
        if (path == StandardInput) return ReadLines("standard input", ReadAll(standardInput));
        if (Directory.Exists(path)) return Directory.EnumerateFiles(path).Where(IsEventFile).Order(StringComparer.Ordinal).SelectMany(ReadFile);
        if (File.Exists(path)) return ReadFile(path);
        throw new UserErrorException(CliReasons.FileNotFound, $"there is no file or folder {SafeText.Quote(path)}");
    }

    private static bool IsEventFile(string path) => HasExtension(path, ".json") || HasExtension(path, ".ndjson");

    private static bool HasExtension(string path, string extension) => Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<EventFile> ReadFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var name = Path.GetFileName(path);
        return HasExtension(path, ".ndjson") ? ReadLines(name, bytes) : [new EventFile(name, bytes)];
    }

    /// <summary>Splits at line feeds, in bytes, as a line need not be valid text.</summary>
    private static IEnumerable<EventFile> ReadLines(string name, ReadOnlyMemory<byte> bytes)
    {
        for (var line = 1; !bytes.IsEmpty; line++)
        {
            var end = bytes.Span.IndexOf((byte)'\n');
            var body = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (body.Span.IndexOfAnyExcept(" \t\r"u8) >= 0) yield return new EventFile($"{name}:{line}", body);
        }
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var buffer = new MemoryStream();
        stream.CopyTo(buffer);
        return buffer.ToArray();
    }
}
