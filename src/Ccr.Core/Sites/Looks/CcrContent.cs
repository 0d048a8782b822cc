using Ccr.Core.Machines;

namespace Ccr.Core.Sites.Looks;

/// <summary>Which machine a <c>.ccr</c> file names.</summary>
/// <param name="Machine">The machine; null when the file names none, or something that is no machine name.</param>
/// <param name="Domain">Its domain as the file has it; null when it names none.</param>
internal readonly record struct CcrContent(MachineName? Machine, string? Domain)
{
    private const string Section = "NT Client Configuration Request";

    /// <summary>
    /// Reads the INI text of a file, as a site server or a script wrote it: spaces may stand around <c>=</c>, before keys, and inside the brackets of a
    /// section. As in Windows, the first of several values counts.
    /// </summary>
    public static CcrContent Read(ReadOnlySpan<byte> file)
    {
        var text = FileText.EncodingOf(file).GetString(file[FileText.MarkLength(file)..]);
        string? machine = null, domain = null;
        var isInSection = false;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed is ['[', .. var section, ']']) isInSection = section.Trim().Equals(Section, StringComparison.OrdinalIgnoreCase);
            if (!isInSection || trimmed.IndexOf('=') is var at && at < 0) continue;

            var key = trimmed[..at].TrimEnd();
            var value = trimmed[(at + 1)..].TrimStart();
            if (key.Equals("Machine Name", StringComparison.OrdinalIgnoreCase)) machine ??= value.ToString();
            if (key.Equals("Domain", StringComparison.OrdinalIgnoreCase)) domain ??= value.ToString();
        }

        return new(MachineName.TryParse(machine, out var name, out _) ? name : null, string.IsNullOrEmpty(domain) ? null : domain);
    }

    /// <summary>What the name of a file in <c>ccrretry.box</c> says: <c>PC01.ccr</c>, or <c>PC01.CORP.CCR</c> as SMS 2.0 wrote it.</summary>
    public static CcrContent OfName(string file)
    {
        var parts = Path.GetFileNameWithoutExtension(file).Split('.');
        return parts.Length <= 2 && MachineName.TryParse(parts[0], out var name, out _) ? new(name, parts.Length == 2 ? parts[1] : null) : default;
    }
}
