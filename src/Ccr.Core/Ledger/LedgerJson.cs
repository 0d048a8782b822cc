using System.Text.Json.Serialization;

namespace Ccr.Core.Ledger;

/// <summary>How the durable stores write their records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MachineRecord))]
[JsonSerializable(typeof(SwitchRecord))]
[JsonSerializable(typeof(OperatorAction))]
[JsonSerializable(typeof(AgentHeard))]
public sealed partial class LedgerJson : JsonSerializerContext;
