namespace Ccr.Core.Sites.Looks;

/// <summary>The end of a log that is being written, and of the one that it was rolled over to.</summary>
internal static class LogTail
{
    /// <summary>Reads the last bytes of <c>ccm.lo_</c> and of <c>ccm.log</c>, oldest line first. A log that is not there has no lines.</summary>
    /// <remarks>
    /// The newer file is opened first. When the log is rolled over in between, the same lines come twice, which changes nothing; the other way round the
    /// latest ones would be missing.
    /// </remarks>
    public static void Read(string path, int mostBytes, Func<string, Stream> open, Action<string> onLine, CancellationToken cancel)
    {
        using var newer = TryOpen(path, open);
        using (var older = TryOpen(Path.ChangeExtension(path, ".lo_"), open)) ReadEnd(older, mostBytes, onLine, cancel);
        ReadEnd(newer, mostBytes, onLine, cancel);
    }

    private static Stream? TryOpen(string path, Func<string, Stream> open)
    {
        try
        {
            return open(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static void ReadEnd(Stream? log, int mostBytes, Action<string> onLine, CancellationToken cancel)
    {
        if (log is null) return;

        Span<byte> start = stackalloc byte[3];
        start = start[..log.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];

        // Two bytes make a character of UTF-16. A line whose beginning is cut off is left out.
        var mark = FileText.MarkLength(start);
        var from = Math.Max(mark, log.Length - mostBytes);
        from += from % 2 == 0 || FileText.EncodingOf(start).IsSingleByte ? 0 : 1;
        log.Position = from;
        var end = new byte[(int)Math.Clamp(log.Length - from, 0, mostBytes)];
        var length = log.ReadAtLeast(end, end.Length, throwOnEndOfStream: false);

        using var lines = new StreamReader(new MemoryStream(end, 0, length), FileText.EncodingOf(start), detectEncodingFromByteOrderMarks: false);
        if (from > mark) lines.ReadLine();
        while (lines.ReadLine() is { } line)
        {
            cancel.ThrowIfCancellationRequested();
            onLine(line);
        }
    }
}
