using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ccr.Samples;

/// <summary>
/// Resolves the incident of the ServiceNow alert that a push came from, when the client is back. The alert is found by its message key, which the event's
/// id begins with; the alert names its incident.
/// </summary>
internal sealed partial class ServiceNowIncidents(HttpClient http, string closeCode) : IMessageUse
{
    private const string Fields = "incident.sys_id,incident.state,incident.close_notes";
    private const string Resolved = "6";

    /// <summary>Resolved, closed, cancelled.</summary>
    private static readonly string[] Over = [Resolved, "7", "8"];

    public async Task UseAsync(string messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        // Weak evidence says that the client talks as it did when the incident was opened: that closes nothing.
        if (ResultsMessage.Read(body) is not
            {
                Type: ResultsMessage.Verification,
                Data: { Outcome: "Verified", Strength: "Strong" or "Medium", Source: "servicenow-event" } verified,
            })
        {
            return;
        }

        if (await FindAsync(AlertOf(verified), cancellationToken) is not { } incident) return;

        // The incident itself remembers what closed it. So a message that comes twice closes nothing that a person has opened again meanwhile.
        if (Over.Contains(incident.State) || incident.Notes.Contains(messageId, StringComparison.Ordinal)) return;

        var notes = $"{verified.Domain}\\{verified.Machine}: {verified.Meaning}. {verified.Detail} [{messageId}]";
        using var change = JsonContent.Create(new { state = Resolved, close_code = closeCode, close_notes = notes });
        await http.CallAsync(HttpMethod.Patch, $"api/now/table/incident/{incident.SysId}", change, cancellationToken);
    }

    /// <summary>The message key of the alert. After it the event's id has the time, the state and the severity.</summary>
    private static string AlertOf(ResultsData verified) => EventId().Match(verified.EventId ?? "") is { Success: true } match
        ? match.Groups["key"].Value
        : throw new RefusedException("the event's id does not begin with a message key that can be asked for");

    private async Task<Incident?> FindAsync(string messageKey, CancellationToken cancellationToken)
    {
        var query = Uri.EscapeDataString($"message_key={messageKey}^incidentISNOTEMPTY");
        var answer = await http.CallAsync(
            HttpMethod.Get, $"api/now/table/em_alert?sysparm_query={query}&sysparm_fields={Fields}&sysparm_limit=2", null, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(answer);
            var alerts = json.RootElement.GetProperty("result").EnumerateArray().ToList();
            if (alerts.Count == 0) return null;
            if (alerts.Count > 1) throw new RefusedException("several alerts with an incident have this message key");

            var incident = new Incident(Text(alerts[0], "incident.sys_id"), Text(alerts[0], "incident.state"), Text(alerts[0], "incident.close_notes"));
            return SysId().IsMatch(incident.SysId) ? incident : throw new RefusedException("the alert's incident has no sys_id");
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new NotNowException("the answer cannot be read");
        }
    }

    private static string Text(JsonElement alert, string field) => alert.TryGetProperty(field, out var value) ? value.GetString() ?? "" : "";

    /// <summary>A circumflex would be an operator in the query, and ServiceNow runs what follows javascript:.</summary>
    [GeneratedRegex(
        @"^(?!(?i:javascript:))(?<key>[^^]+) \d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}( \S+)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EventId();

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SysId();

    private sealed record Incident(string SysId, string State, string Notes);
}
