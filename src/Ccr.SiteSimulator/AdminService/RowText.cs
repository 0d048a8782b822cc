using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json;
using Ccr.SiteSimulator.Devices;
using Ccr.SiteSimulator.Faults;

namespace Ccr.SiteSimulator.AdminService;

/// <summary>Writes rows as a live site does: an array also for one row, with the noise of WMI.</summary>
internal static class RowText
{
    public static string Write(
        DeviceTable table, IReadOnlyList<DeviceColumn> columns, IReadOnlyList<SimulatedDevice> rows, DateTimeOffset now, Uri address, Fault fault)
    {
        var value = new JsonArray([.. rows.Select(row => Row(table, columns, row, now, fault))]);
        return new JsonObject { ["@odata.context"] = $"{address}AdminService/wmi/$metadata#{table.Name}", ["value"] = value }.ToJsonString();
    }

    private static JsonObject Row(DeviceTable table, IReadOnlyList<DeviceColumn> columns, SimulatedDevice device, DateTimeOffset now, Fault fault)
    {
        var row = new JsonObject { ["@odata.etag"] = $"W/\"{device.ResourceId}\"", ["__GENUS"] = 2, ["__CLASS"] = table.Name };
        foreach (var column in columns) row[column.Name] = JsonSerializer.SerializeToNode(Shown(column.Value(device, now), fault));
        return row;
    }

    private static object? Shown(object? value, Fault fault) => value switch
    {
        DateTimeOffset time => Text(time, fault),
        DateTimeOffset[] times => times.Select(time => Text(time, fault)).ToArray(),
        PushStatus status when fault.NumericStatus => ((int)status).ToString(CultureInfo.InvariantCulture),
        PushStatus status => status.ToString(),
        _ => value,
    };

    private static string Text(DateTimeOffset time, Fault fault) =>
        (time.UtcDateTime + fault.Shift).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
