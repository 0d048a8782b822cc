using System.Globalization;

namespace Ccr.SiteSimulator;

/// <summary>
/// The content of one <c>.ccr</c> file. Sections, keys and date form are those of the MSDN sample for SMS 1.x;
/// <c>Forced CCR</c> is what field scripts of the SMS 2003 era write. <c>[Request Processing]</c> is left out: the site
/// server writes it, not the management point.
/// </summary>
internal sealed record CcrFile(
    string Machine, string Domain, DateTime InitialRequest, DateTime LatestRequest, int RequestCount, bool Forced)
{
    private const string DateForm = "MM/dd/yyyy HH:mm";
    private const string Section = "[NT Client Configuration Request]";

    public static CcrFile First(ReceivedCcr request, DateTime now) =>
        new(request.Machine, request.Domain, now, now, RequestCount: 1, request.Forced);

    public CcrFile Again(ReceivedCcr request, DateTime now) => this with
    {
        Domain = request.Domain,
        LatestRequest = now,
        RequestCount = RequestCount + 1,
        Forced = request.Forced,
    };

    public string Format() => string.Join("\r\n", [
        Section,
        $"Machine Name={Machine}",
        $"Domain={Domain}",
        $"Initial Request Date={InitialRequest.ToString(DateForm, CultureInfo.InvariantCulture)}",
        $"Latest Request Date={LatestRequest.ToString(DateForm, CultureInfo.InvariantCulture)}",
        $"Client Request Count={RequestCount}",
        $"Forced CCR={(Forced ? "TRUE" : "FALSE")}",
        ""]);

    /// <summary>Reads a file that <see cref="Format"/> wrote; null when it is anything else.</summary>
    public static CcrFile? Read(string text)
    {
        var values = text.Split('\n')
            .Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(pairs => pairs.Key, pairs => pairs.First()[1], StringComparer.OrdinalIgnoreCase);

        var countText = values.GetValueOrDefault("Client Request Count");
        return values.TryGetValue("Machine Name", out var machine)
            && values.TryGetValue("Domain", out var domain)
            && TryReadDate(values, "Initial Request Date", out var initial)
            && TryReadDate(values, "Latest Request Date", out var latest)
            && int.TryParse(countText, CultureInfo.InvariantCulture, out var count)
            && bool.TryParse(values.GetValueOrDefault("Forced CCR"), out var forced)
            ? new(machine, domain, initial, latest, count, forced)
            : null;
    }

    private static bool TryReadDate(Dictionary<string, string> values, string key, out DateTime date) =>
        DateTime.TryParseExact(
            values.GetValueOrDefault(key), DateForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
}
