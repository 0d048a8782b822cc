using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ccr.Cli.Output;

/// <summary>
/// Standard output that says when nobody can read it any more: a full disk, or a reader that ended, such as <c>head</c>. The command is then to end,
/// whoever was writing; <c>watch</c>, for one, must not go on to take what it cannot show.
/// </summary>
internal sealed class GuardedWriter(TextWriter inner) : TextWriter
{
    private readonly CancellationTokenSource _broken = new();

    public override Encoding Encoding => inner.Encoding;

    /// <summary>Is cancelled by the first fault.</summary>
    public CancellationToken Broken => _broken.Token;

    /// <summary>The first fault.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Standard output. The console's own writer takes no notice of a pipe without a reader.</summary>
    public static TextWriter OpenStandardOutput()
    {
        if (OperatingSystem.IsWindows() || !System.Console.IsOutputRedirected) return System.Console.Out;

        var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);

        // A stream of a file would keep a position of its own, and overwrite what others write to the same file.
        if (!pipe.CanSeek) System.Console.SetOut(new StreamWriter(pipe, System.Console.Out.Encoding) { AutoFlush = true });
        return System.Console.Out;
    }

    public override void Write(char value) => Write([value], 0, 1);

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _broken.Dispose();
        base.Dispose(disposing);
    }

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            Fault ??= fault;
            _ = _broken.CancelAsync();
            throw;
        }
    }
}
