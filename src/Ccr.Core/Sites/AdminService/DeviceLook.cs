using System.Text.Json;
using Ccr.Core.Views;

namespace Ccr.Core.Sites.AdminService;

/// <summary>Reads what AdminService shows of devices (classes SMS_R_System and SMS_CombinedDeviceResources of Configuration Manager).</summary>
internal static class DeviceLook
{
    private const string Registration = "MP_ClientRegistration";
    private const string Heartbeat = "Heartbeat Discovery";

    /// <summary>Longer than any identifier, version or state; the rest would only make records long.</summary>
    private const int LongestText = 64;

    /// <summary>The device records that are neither obsolete nor decommissioned, by machine; null when the answer cannot be read.</summary>
    /// <remarks>A machine can have got a new record: of several the newest counts, which has the highest key.</remarks>
    public static IReadOnlyDictionary<string, DeviceView>? ReadSystems(ReadOnlySpan<byte> body) =>
        AnswerRows.Read(body, ReadSystem)?.Where(row => !row.IsGone && row.Key is not null)
            .GroupBy(row => row.Key!, StringComparer.OrdinalIgnoreCase)
            .ToDictionary(rows => rows.Key, rows => rows.MaxBy(row => row.View.ResourceId)!.View, StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds what the combined records say to devices; null when the answer cannot be read.</summary>
    public static IReadOnlyDictionary<string, DeviceView>? ReadCombined(ReadOnlySpan<byte> body, IReadOnlyDictionary<string, DeviceView> devices)
    {
        if (AnswerRows.Read(body, row => row.FindNumber("ResourceID") is { } id ? new CombinedRow(id, row.Clone()) : null) is not { } rows) return null;

        var byId = rows.DistinctBy(row => row.ResourceId).ToDictionary(row => row.ResourceId, row => row.Row);
        return devices.ToDictionary(
            device => device.Key,
            device => byId.TryGetValue(device.Value.ResourceId, out var row) ? Combine(device.Value, row) : device.Value,
            StringComparer.OrdinalIgnoreCase);
    }

    private static SystemRow? ReadSystem(JsonElement row)
    {
        if (row.FindNumber("ResourceId") is not { } id || row.FindText("Name") is not { } name) return null;

        var key = row.FindText("ResourceDomainORWorkgroup") is { } domain ? new LookedFor(name, domain).Key : null;
        var view = new DeviceView
        {
            ResourceId = id,
            UniqueId = Short(row.FindText("SMSUniqueIdentifier")),
            HasClient = row.FindFlag("Client"),
            ClientVersion = Short(row.FindText("ClientVersion")),
            Registered = FindAgentTime(row, Registration),
            Heartbeat = FindAgentTime(row, Heartbeat),
        };
        return new SystemRow(key, row.FindFlag("Obsolete") == true || row.FindFlag("Decommissioned") == true, view);
    }

    private static DeviceView Combine(DeviceView device, JsonElement row) => device with
    {
        PolicyRequest = row.FindTime("LastPolicyRequest"),
        LastDdr = row.FindTime("LastDDR"),
        Attempted = row.FindTime("LatestProcessingAttempt"),
        PushStatus = Short(row.FindText("Status") ?? row.FindNumber("Status")?.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        PushError = row.FindNumber("LastInstallationError"),
        IsOnline = row.FindFlag("CNIsOnline"),
    };

    /// <summary>AgentName and AgentTime are parallel lists.</summary>
    private static DateTimeOffset? FindAgentTime(JsonElement row, string agent)
    {
        if (row.Find("AgentName") is not { ValueKind: JsonValueKind.Array } names || row.Find("AgentTime") is not { ValueKind: JsonValueKind.Array } times)
            return null;

        return names.EnumerateArray().Zip(times.EnumerateArray())
            .Where(pair => pair.First.ValueKind == JsonValueKind.String && pair.First.GetString() == agent)
            .Select(pair => AnswerRows.ReadTime(pair.Second)).Max();
    }

    private static string? Short(string? text) => text is null || text.Length <= LongestText ? text : text[..LongestText];

    private sealed record SystemRow(string? Key, bool IsGone, DeviceView View);

    private sealed record CombinedRow(long ResourceId, JsonElement Row);
}
