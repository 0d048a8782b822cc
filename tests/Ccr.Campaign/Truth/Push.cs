using System.Globalization;
using System.Web;

namespace Ccr.Campaign.Truth;

/// <summary>One SMS_POST that reached the management point, or one CreateCCR that reached the AdminService, by its own log.</summary>
/// <param name="Time">When it had arrived.</param>
/// <param name="Machine">The machine it asked for, with its domain.</param>
/// <param name="Status">What it was answered; null for no status at all.</param>
internal sealed record Push(DateTimeOffset Time, string Machine, int? Status)
{
    /// <summary>Reads <c>requests.log</c>; a last line without its end is still being written, and is left out.</summary>
    public static IReadOnlyList<Push> ReadLog(string path)
    {
        if (!File.Exists(path)) return [];

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var text = reader.ReadToEnd();
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split(' '))
            .Where(fields => fields[2] == "SMS_POST" || fields[3].EndsWith(".CreateCCR", StringComparison.Ordinal))
            .Select(fields => (Fields: fields, Query: HttpUtility.ParseQueryString(fields[4])))
            .Select(line => new Push(
                DateTimeOffset.Parse($"{line.Fields[0]}T{line.Fields[1]}Z", CultureInfo.InvariantCulture),
                line.Query["device"] is { } device ? Attempt.MachineOf(Attempt.Domain, device) : Attempt.MachineOf(line.Query["dn"], line.Query["mn"]),
                int.TryParse(line.Fields[5], CultureInfo.InvariantCulture, out var status) ? status : null))];
    }
}
