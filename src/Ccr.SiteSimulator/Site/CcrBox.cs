using System.Text;

namespace Ccr.SiteSimulator.Site;

/// <summary>The inbox folder <c>ccr.box</c> that a site server reads. Not safe for concurrent use.</summary>
internal sealed class CcrBox
{
    private static readonly HashSet<string> DosNames = new(
        ["CON", "PRN", "AUX", "NUL", .. Enumerable.Range(0, 10).SelectMany(n => new[] { $"COM{n}", $"LPT{n}" })],
        StringComparer.OrdinalIgnoreCase);

    private readonly string _folder;

    public CcrBox(string folder) => _folder = Directory.CreateDirectory(folder).FullName;

    /// <summary>Writes or updates the machine's file: <c>PC01.ccr</c>, or <c>16777221.CPB</c> when a device is meant.</summary>
    public void Write(ReceivedCcr request, DateTime now)
    {
        var target = Path.Combine(_folder, request.ResourceId is { } id ? $"{id}.CPB" : FileNameFor(request.Machine));
        var previous = File.Exists(target) ? CcrFile.Read(File.ReadAllText(target), now) : null;
        Replace(target, previous?.Again(request, now) ?? CcrFile.First(request, now));
    }

    /// <summary>Writes a file; a reader sees the old or the new content, never a part.</summary>
    public static void Replace(string target, CcrFile content)
    {
        var unfinished = Path.Combine(Path.GetDirectoryName(target)!, "unfinished.tmp");
        File.WriteAllText(unfinished, content.Format());
        File.Move(unfinished, target, overwrite: true);
    }

    /// <summary>
    /// Names the file of a machine so that it stays in the folder on every file system: each byte that is not a plain letter, digit, hyphen or
    /// underscore becomes <c>%XX</c>, and so does the first letter of a DOS device name.
    /// </summary>
    internal static string FileNameFor(string machine)
    {
        var name = new StringBuilder();
        foreach (var value in Encoding.UTF8.GetBytes(machine))
        {
            var character = (char)value;
            var plain = char.IsAsciiLetterOrDigit(character) || character is '-' or '_';
            if (!plain || (name.Length == 0 && DosNames.Contains(machine))) name.Append($"%{value:X2}");
            else name.Append(character);
        }

        return name.Append(".ccr").ToString();
    }
}
