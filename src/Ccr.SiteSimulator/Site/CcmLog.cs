using System.Globalization;

namespace Ccr.SiteSimulator.Site;

/// <summary>Writes <c>ccm.log</c> in the form of a site server's logs; a full one becomes <c>ccm.lo_</c>. Not safe for concurrent use.</summary>
internal sealed class CcmLog(string folder, long mostBytes, Action<string>? onLine)
{
    private readonly string _file = Path.Combine(Directory.CreateDirectory(folder).FullName, "ccm.log");

    public void Write(DateTimeOffset time, int thread, IEnumerable<string> texts)
    {
        if (File.Exists(_file) && new FileInfo(_file).Length >= mostBytes) File.Move(_file, Path.ChangeExtension(_file, ".lo_"), overwrite: true);

        // Readers may have the log open, and may hold it open while it is renamed.
        using var writer = new StreamWriter(new FileStream(_file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));
        foreach (var text in texts)
        {
            writer.Write(Format(time, thread, text));
            writer.Write("\r\n");
            onLine?.Invoke(text);
        }
    }

    /// <summary>One line; after the milliseconds stand the minutes that the local time is west of UTC.</summary>
    internal static string Format(DateTimeOffset time, int thread, string text)
    {
        var west = -(int)time.Offset.TotalMinutes;
        return string.Create(CultureInfo.InvariantCulture,
            $"{text}  $$<SMS_CLIENT_CONFIG_MANAGER><{time:MM-dd-yyyy HH:mm:ss.fff}{west:+0;-0;+0}><thread={thread} (0x{thread:X})>");
    }
}
