using System.Text.Json;
using Ccr.Core.Results;
using Ccr.Core.Text;
using Ccr.Core.Views;

namespace Ccr.Core.Agents;

/// <summary>What an agent saw of a site, as it comes home by the results topic.</summary>
public sealed record LookReport
{
    /// <summary>The CloudEvents type of such a message. It is no result: subscriptions of others leave it out by <c>kind</c>.</summary>
    public const string CloudEventType = "ccr.agent.look";

    /// <summary>The application property by which a subscription can leave such messages out, and its value.</summary>
    public const string KindProperty = "kind";

    /// <summary>The value of <see cref="KindProperty"/>.</summary>
    public const string Kind = "look";

    /// <summary>The look that it answers.</summary>
    public required string Nonce { get; init; }

    /// <summary>The key of the site.</summary>
    public required string Site { get; init; }

    /// <summary>The name of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>When it looked, by its own clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What the site shows, by machine (domain, backslash, name); null when it could not be looked at.</summary>
    public IReadOnlyDictionary<string, SiteView>? Views { get; init; }

    /// <summary>Why it could not be, with the code.</summary>
    public string? Fault { get; init; }

    /// <summary>Reads a report out of a message's body, or returns null when it is none.</summary>
    public static LookReport? Read(ReadOnlySpan<byte> body) =>
        JsonBody.Read(body, AgentJson.Default.CloudEventLookReport) is { Type: CloudEventType, Data: { } report } ? report : null;

    /// <summary>The message, signed as a result of the agent is.</summary>
    public ResultMessage Write(IReadOnlyList<SigningKey> keys)
    {
        var cloudEvent = CloudEvent.Of(CloudEventType, $"look-{Nonce}", null, Time, this);
        var properties = new Dictionary<string, object>(StringComparer.Ordinal) { [KindProperty] = Kind, ["site"] = Site };
        var body = JsonSerializer.SerializeToUtf8Bytes(cloudEvent, AgentJson.Default.CloudEventLookReport);
        return AgentResult.Seal(new ResultMessage(cloudEvent.Id, Nonce, null, body, properties), keys);
    }
}
