using System.Globalization;

namespace Ccr.SiteSimulator.Site;

/// <summary>
/// The content of one <c>.ccr</c> file. Sections, keys and date forms are those of the MSDN sample for SMS 1.x; <c>Forced CCR</c> is what field scripts
/// of the SMS 2003 era write. <c>[Request Processing]</c> is written by the site server alone. <c>Resource ID</c> is invented.
/// </summary>
internal sealed record CcrFile(
    string Machine, string Domain, DateTime InitialRequest, DateTime LatestRequest, int RequestCount, bool Forced)
{
    private const string DateForm = "MM/dd/yyyy HH:mm";
    private const string ProcessingDateForm = "MM/dd/yyyy H:mm";
    private const string Section = "[NT Client Configuration Request]";

    public long? ResourceId { get; init; }

    /// <summary>What the site server did so far; null before its first attempt.</summary>
    public CcrProcessing? Processing { get; init; }

    public static CcrFile First(ReceivedCcr request, DateTime now) => new(request.Machine, request.Domain, now, now, RequestCount: 1, request.Forced)
    {
        ResourceId = request.ResourceId,
    };

    public CcrFile Again(ReceivedCcr request, DateTime now) => First(request, now) with
    {
        InitialRequest = InitialRequest,
        RequestCount = RequestCount + 1,
    };

    /// <summary>The file after one more attempt.</summary>
    public CcrFile Tried(DateTime now, int error) => this with
    {
        Processing = new(Processing?.Initial ?? now, now, (Processing?.Attempts ?? 0) + 1, error),
    };

    public string Format()
    {
        List<string> lines =
        [
            Section,
            $"Machine Name={Machine}",
            $"Domain={Domain}",
            $"Initial Request Date={Date(InitialRequest, DateForm)}",
            $"Latest Request Date={Date(LatestRequest, DateForm)}",
            $"Client Request Count={RequestCount}",
            $"Forced CCR={(Forced ? "TRUE" : "FALSE")}",
        ];
        if (ResourceId is { } id) lines.Add($"Resource ID={id}");
        if (Processing is { } done)
        {
            lines.AddRange([
                "[Request Processing]",
                $"Initial Processing Attempt={Date(done.Initial, ProcessingDateForm)}",
                $"Retry Interval Start={Date(done.Initial, ProcessingDateForm)}",
                $"Latest Processing Attempt={Date(done.Latest, ProcessingDateForm)}",
                $"Number of Processing Attempts={done.Attempts}",
                $"Last Error Code={done.LastError}"]);
        }

        return string.Join("\r\n", lines.Append(""));
    }

    /// <summary>
    /// Reads a file that this or a field script wrote; null when it names no machine, which is all that KB925282 asks for beside the section. A date that
    /// is missing is that of the reading.
    /// </summary>
    public static CcrFile? Read(string text, DateTime now)
    {
        var values = text.Split('\n')
            .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pairs => pairs.Key, pairs => pairs.First()[1], StringComparer.OrdinalIgnoreCase);
        if (!values.TryGetValue("Machine Name", out var machine) || machine.Length == 0) return null;

        var isForced = bool.TryParse(values.GetValueOrDefault("Forced CCR"), out var forced) && forced;
        return new(machine.ToUpperInvariant(), values.GetValueOrDefault("Domain", ""), ReadDate("Initial Request Date"), ReadDate("Latest Request Date"),
            ReadNumber("Client Request Count", 1), isForced)
        {
            ResourceId = ReadNumber("Resource ID", 0) is > 0 and var id ? id : null,
            Processing = ReadNumber("Number of Processing Attempts", 0) is > 0 and var attempts
                ? new(ReadDate("Initial Processing Attempt"), ReadDate("Latest Processing Attempt"), attempts, ReadNumber("Last Error Code", 0))
                : null,
        };

        DateTime ReadDate(string key) => DateTime.TryParseExact(
            values.GetValueOrDefault(key), [DateForm, ProcessingDateForm], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : now;

        int ReadNumber(string key, int otherwise) =>
            int.TryParse(values.GetValueOrDefault(key), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
    }

    private static string Date(DateTime date, string form) => date.ToString(form, CultureInfo.InvariantCulture);
}

/// <summary>What the site server writes of its attempts.</summary>
internal sealed record CcrProcessing(DateTime Initial, DateTime Latest, int Attempts, int LastError);
