using System.Text.Json;
using System.Text.Json.Serialization;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Text;

namespace Ccr.Core.Agents;

/// <summary>What an agent is told to do: no address, only a machine and the key of a site, and all that a result needs.</summary>
public sealed record AgentCommand
{
    /// <summary>The version that this program writes and understands.</summary>
    public const int CurrentVersion = 1;

    /// <summary>
    /// How long the processor may take to put it on its queue. The shortest time for which a queue of agents knows a message is five minutes, and
    /// <see cref="Issued"/> may be one lock (a minute) ahead.
    /// </summary>
    public static readonly TimeSpan SentFor = TimeSpan.FromMinutes(4);

    /// <summary>The version of the format. An agent refuses a command of another version than its own.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The request that it carries out; the message's id too.</summary>
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

    /// <summary>Whether the agent is to look at the machine before it has it pushed, so that it can be seen later what the push changed.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Look { get; init; }

    /// <summary>When it was made: not earlier, by any clock that the processor knows.</summary>
    public DateTimeOffset Issued { get; init; }

    /// <summary>After this no agent begins it any more.</summary>
    public DateTimeOffset Expires { get; init; }

    /// <summary>Until this its result is waited for; then the request ends as indeterminate, and a result is late.</summary>
    public DateTimeOffset AnswerBy { get; init; }

    /// <summary>The HMAC-SHA256 of all the rest in hexadecimal digits, when the site has a key; see <see cref="CommandSignature"/>.</summary>
    public string? Signature { get; init; }

    /// <summary>
    /// By then the processor has put it on its queue. A message that came later is somebody else's, and the queue knows the command's own message for
    /// so long at least.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset EnqueueBy => Issued + SentFor;

    /// <summary>The key of the machine in a ledger.</summary>
    [JsonIgnore]
    public string LedgerKey => MachineKey.Of(Domain, Machine);

    /// <summary>Reads a command out of a message's body, or returns null when it is none of ours.</summary>
    public static AgentCommand? Read(ReadOnlySpan<byte> body) => JsonBody.Read(body, AgentJson.Default.AgentCommand);

    /// <summary>The body of the command's message.</summary>
    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, AgentJson.Default.AgentCommand);

    /// <summary>The command's result.</summary>
    public ReinstallResult Conclude(Verdict verdict, DateTimeOffset now) =>
        ReinstallResult.Of(RequestId, Source, EventId, Part, Parts, verdict, now) with { Machine = Machine, Domain = Domain, Site = Site };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentCommand))]
[JsonSerializable(typeof(RelayedSubmission))]
[JsonSerializable(typeof(RelayedVerdict))]
[JsonSerializable(typeof(AgentLook))]
[JsonSerializable(typeof(CloudEvent<LookReport>))]
[JsonSerializable(typeof(CloudEvent<AgentHeartbeat>))]
internal sealed partial class AgentJson : JsonSerializerContext;
