using System.Text;

namespace Ccr.Hosting.Tables;

/// <summary>The rows of the table, and how they are read and written.</summary>
/// <remarks>
/// | PartitionKey | RowKey | holds | | --- | --- | --- | | machine.CORP.PC01 | machine | the machine's record | | machine.CORP.PC01 | result.ccr-1f...
/// | a request's result | | switches | pause, brake hq | a switch | | switches | action.36... | what a person did | | agents | 68712f61 | an agent that was
/// heard | | site.hq | CORP.PC01 | a sighting |
/// </remarks>
internal static class Rows
{
    public const string Machine = "machine";
    public const string Switches = "switches";

    public const string Agents = "agents";

    /// <summary>What the keys of actions begin with: they are in the partition of the switches, so that both are written or neither.</summary>
    public const string Actions = "action.";

    /// <summary>The first key behind those that begin with <see cref="Actions"/>, and likewise for machines and results: a slash follows a dot.</summary>
    public const string EndOfActions = "action/";
    public const string EndOfMachines = "machine/";
    public const string EndOfResults = "result/";

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

    public static TableEntity Of(OperatorAction action)
    {
        var row = Row(Switches, ActionRow(action.Id), JsonSerializer.Serialize(action, LedgerJson.Default.OperatorAction));
        row[Over] = action.At;
        return row;
    }

    public static TableEntity Of(AgentHeard agent)
    {
        var key = Convert.ToHexStringLower(Encoding.UTF8.GetBytes(agent.Key));
        var row = Row(Agents, key, JsonSerializer.Serialize(agent, LedgerJson.Default.AgentHeard));
        row[Over] = agent.HeardAt;
        return row;
    }

    /// <summary>Rows stand in the order of their keys, and the latest action is to be first: each digit of its id is turned into nine minus it.</summary>
    public static string ActionRow(string id) => Actions + string.Concat(id.Take(19).Select(digit => (char)('0' + '9' - digit))) + string.Concat(id.Skip(19));

    public static OperatorAction ReadAction(TableEntity row) => JsonSerializer.Deserialize(row.GetString(Json), LedgerJson.Default.OperatorAction)!;

    public static AgentHeard ReadAgent(TableEntity row) => JsonSerializer.Deserialize(row.GetString(Json), LedgerJson.Default.AgentHeard)!;

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
