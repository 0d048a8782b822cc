using System.Text.Json;
using System.Text.Json.Serialization;
using Ccr.Core.Results;

namespace Ccr.Core.Agents;

/// <summary>What an agent is told to do: no address, only a machine and the key of a site, and all that a result needs.</summary>
public sealed record AgentCommand
{
    /// <summary>The request that it carries out.</summary>
    public required string RequestId { get; init; }

    /// <summary>The source of the event.</summary>
    public required string Source { get; init; }

    /// <summary>The event's id.</summary>
    public required string EventId { get; init; }

    /// <summary>Which of the event's machines this is, from 1.</summary>
    public required int Part { get; init; }

    /// <summary>How many machines the event names.</summary>
    public required int Parts { get; init; }

    /// <summary>The machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Its domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The key of the site.</summary>
    public required string Site { get; init; }

    /// <summary>Whether to reinstall even if the client is present.</summary>
    public bool Force { get; init; } = true;

    /// <summary>Reads a command out of a message's body, or returns null when it is none of ours.</summary>
    public static AgentCommand? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, AgentJson.Default.AgentCommand);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The body of the command's message.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.AgentCommand);

    /// <summary>The command's result.</summary>
    public ReinstallResult Conclude(Verdict verdict, DateTimeOffset now) => new()
    {
        RequestId = RequestId,
        Source = Source,
        EventId = EventId,
        Part = Part,
        Parts = Parts,
        Machine = Machine,
        Domain = Domain,
        Site = Site,
        Outcome = verdict.Outcome,
        Reason = verdict.Reason.Code,
        Meaning = verdict.Reason.Meaning,
        Detail = verdict.Detail,
        Remedy = verdict.Reason.Remedy,
        Time = now,
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AgentCommand))]
internal sealed partial class AgentJson : JsonSerializerContext;
