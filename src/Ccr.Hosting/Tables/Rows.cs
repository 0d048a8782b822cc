namespace Ccr.Hosting.Tables;

/// <summary>The rows of the table, and how they are read and written.</summary>
/// <remarks>
/// | PartitionKey | RowKey | holds | | --- | --- | --- | | machine.CORP.PC01 | machine | the machine's record | | machine.CORP.PC01 | result.ccr-1f...
/// | a request's result | | switches | pause, brake hq | a switch | | site.hq | CORP.PC01 | a sighting |
/// </remarks>
internal static class Rows
{
    public const string Machine = "machine";
    public const string Switches = "switches";

    /// <summary>After this time the row says nothing any more; a row without it is still open.</summary>
    public const string Over = "Over";

    private const string Json = "Json";

    /// <summary>Tells this very write from any other that says the same.</summary>
    private const string Write = "Write";

    public static string MachinePartition(string machineKey) => $"machine.{Safe(machineKey)}";

    public static string SitePartition(string site) => $"site.{Safe(site)}";

    public static string ResultRow(string requestId) => $"result.{Safe(requestId)}";

    /// <summary>A backslash may not be in a key; a dot is in no machine, domain or site name.</summary>
    public static string Safe(string key) => key.Replace('\\', '.');

    public static TableEntity Of(MachineRecord record, string machineKey)
    {
        var row = Row(MachinePartition(machineKey), Machine, JsonSerializer.Serialize(record, LedgerJson.Default.MachineRecord));
        if (record.Closed is { } closed && closed > DateTimeOffset.MinValue) row[Over] = closed;
        return row;
    }

    public static TableEntity Of(ReinstallResult result, string machineKey)
    {
        var row = Row(MachinePartition(machineKey), ResultRow(result.RequestId), JsonSerializer.Serialize(result, ResultJson.Default.ReinstallResult));
        row[Over] = result.Time;
        return row;
    }

    public static TableEntity Of(SwitchRecord record) =>
        Row(Switches, record.Key, JsonSerializer.Serialize(record, LedgerJson.Default.SwitchRecord));

    public static MachineRecord? ReadMachine(TableEntity? row) =>
        row is null ? null : JsonSerializer.Deserialize(row.GetString(Json), LedgerJson.Default.MachineRecord);

    public static ReinstallResult? ReadResult(TableEntity? row) =>
        row is null ? null : JsonSerializer.Deserialize(row.GetString(Json), ResultJson.Default.ReinstallResult);

    public static SwitchRecord? ReadSwitch(TableEntity? row) =>
        row is null ? null : JsonSerializer.Deserialize(row.GetString(Json), LedgerJson.Default.SwitchRecord);

    public static bool IsSameWrite(TableEntity? stored, ITableEntity written) =>
        stored?.GetGuid(Write) is { } id && id == ((TableEntity)written).GetGuid(Write);

    private static TableEntity Row(string partition, string key, string json) =>
        new(partition, key) { [Json] = json, [Write] = Guid.NewGuid() };
}
