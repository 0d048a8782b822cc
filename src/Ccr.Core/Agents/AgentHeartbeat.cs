using System.Globalization;
using System.Text.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Agents;

/// <summary>
/// What an agent says of itself now and then, as it comes home by the results topic. Whoever reads it knows when the agent was heard, and no more.
/// </summary>
public sealed record AgentHeartbeat
{
    /// <summary>The CloudEvents type of such a message. It is no result: subscriptions of others leave it out by <c>kind</c>.</summary>
    public const string CloudEventType = "ccr.agent.heartbeat";

    /// <summary>The value of <see cref="LookReport.KindProperty"/>.</summary>
    public const string Kind = "heartbeat";

    /// <summary>How often an agent says it.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(30);

    /// <summary>For how long it is believed; an agent that was not heard for so long is silent.</summary>
    public static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(2);

    /// <summary>The key of its site.</summary>
    public required string Site { get; init; }

    /// <summary>Its name.</summary>
    public required string Agent { get; init; }

    /// <summary>When it said it, by its own clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Its version.</summary>
    public required string Version { get; init; }

    /// <summary>What it does, in a few words.</summary>
    public required string State { get; init; }

    /// <summary>How many commands it has in hand.</summary>
    public int InHand { get; init; }

    /// <summary>How long the oldest command has been on its queue, in seconds; null when the broker does not say.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>The code of its last fault, when it has one.</summary>
    public string? LastFault { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastFaultAt { get; init; }

    /// <summary>The management points that failed too often and get no requests now; null when there are none.</summary>
    public string? LeftAlone { get; init; }

    /// <summary>When the first of them is tried again, by the agent's clock.</summary>
    public DateTimeOffset? LeftAloneUntil { get; init; }

    /// <summary>Reads a heartbeat out of a message's body, or returns null when it is none.</summary>
    public static AgentHeartbeat? Read(ReadOnlySpan<byte> body) =>
        JsonBody.Read(body, AgentJson.Default.CloudEventAgentHeartbeat) is { Type: CloudEventType, Data: { Site: not null, Agent: not null } beat }
            ? beat
            : null;

    /// <summary>The message, signed as a result of the agent is.</summary>
    public ResultMessage Write(IReadOnlyList<SigningKey> keys)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"heartbeat-{Site}-{Agent}-{Time.UtcTicks}");
        var cloudEvent = CloudEvent.Of(CloudEventType, id, null, Time, this);
        var properties = new Dictionary<string, object>(StringComparer.Ordinal) { [LookReport.KindProperty] = Kind, ["site"] = Site };
        var body = JsonSerializer.SerializeToUtf8Bytes(cloudEvent, AgentJson.Default.CloudEventAgentHeartbeat);
        return AgentResult.Seal(new ResultMessage(id, id, null, body, properties), keys);
    }
}
