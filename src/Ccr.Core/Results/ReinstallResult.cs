using System.Text.Json.Serialization;
using Ccr.Core.Views;

namespace Ccr.Core.Results;

/// <summary>What became of one machine of one event: the record that is kept and published.</summary>
public sealed record ReinstallResult
{
    /// <summary>The request's id: the same for the same machine of the same event, however often it is delivered.</summary>
    public required string RequestId { get; init; }

    /// <summary>The source that the event came from, for example <c>azure-monitor</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The event's id, as the source gave it.</summary>
    public required string EventId { get; init; }

    /// <summary>Which of the event's machines this is, from 1.</summary>
    public required int Part { get; init; }

    /// <summary>How many machines the event names, so that a reader knows when it has heard of all of them.</summary>
    public required int Parts { get; init; }

    /// <summary>The machine, in canonical form, or escaped as the event wrote it when that was no valid name.</summary>
    public string? Machine { get; init; }

    /// <summary>The domain, when it is known: in canonical form, or escaped as the event wrote it when that was no valid name.</summary>
    public string? Domain { get; init; }

    /// <summary>The key of the site, when it is known.</summary>
    public string? Site { get; init; }

    /// <summary>What became of it.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The code of the reason, <c>CCRnnnn</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What the code means.</summary>
    public required string Meaning { get; init; }

    /// <summary>The cause in this very case.</summary>
    public required string Detail { get; init; }

    /// <summary>What can be done about it.</summary>
    public required string Remedy { get; init; }

    /// <summary>When it was decided.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The id of the request that a suppressed one repeats.</summary>
    public string? Repeats { get; init; }

    /// <summary>When a new request may be carried out: the end of a cool-down, or of a deferral.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The management point that answered, as host and port.</summary>
    public string? ManagementPoint { get; init; }

    /// <summary>The status it answered with.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>The name of the agent that carried the request out, if one did.</summary>
    public string? Agent { get; init; }

    /// <summary>
    /// True for the result of an agent that came when the request had been given up and had a terminal result already. The terminal result stays, and
    /// this one says what really happened.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Late { get; init; }

    /// <summary>
    /// What the site showed of the machine before the push, from an agent that was asked to look; what became of the push is compared with it.
    /// </summary>
    public SiteView? Before { get; init; }

    /// <summary>The result of a part of an event; the caller adds what it knows of machine, domain and site.</summary>
    public static ReinstallResult Of(string requestId, string source, string eventId, int part, int parts, Verdict verdict, DateTimeOffset time) => new()
    {
        RequestId = requestId,
        Source = source,
        EventId = eventId,
        Part = part,
        Parts = parts,
        Outcome = verdict.Outcome,
        Reason = verdict.Reason.Code,
        Meaning = verdict.Reason.Meaning,
        Detail = verdict.Detail,
        Remedy = verdict.Reason.Remedy,
        Time = time,
    };
}

/// <summary>Writes and reads results as JSON: member names in camel case, outcomes by name, nothing that is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReinstallResult))]
[JsonSerializable(typeof(CloudEvent<ReinstallResult>))]
[JsonSerializable(typeof(CloudEvent<VerificationResult>))]
public sealed partial class ResultJson : JsonSerializerContext;
