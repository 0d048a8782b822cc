using System.Text.Json.Serialization;

namespace Ccr.Core.Results;

/// <summary>What was seen of a client after its push.</summary>
public enum VerificationOutcome
{
    /// <summary>Final: the client is back; the strength says how surely.</summary>
    Verified,

    /// <summary>The site tried and failed, and tries again; more follows.</summary>
    InRetry,

    /// <summary>Final: it did not come back in the time that it was given.</summary>
    NotVerified,

    /// <summary>Final: nobody could say. It never counts as not verified.</summary>
    Unknown,
}

/// <summary>How surely the evidence says that the push brought the client back.</summary>
public enum EvidenceStrength
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>The client talks, as it did before the push: it is communicating, and nothing says that it was reinstalled.</summary>
    Weak,

    /// <summary>A client that was silent talks again, or the site is done with its request.</summary>
    Medium,

    /// <summary>The client registered again, or has another version or record than before: it was reinstalled.</summary>
    Strong,
}

/// <summary>What became of a push after its result: the record that is kept and published. It never changes the result.</summary>
public sealed record VerificationResult
{
    /// <summary>The id of the request, as its result has it.</summary>
    public required string RequestId { get; init; }

    /// <summary>The source that the event came from.</summary>
    public required string Source { get; init; }

    /// <summary>The event's id, as the source gave it.</summary>
    public required string EventId { get; init; }

    /// <summary>Which of these of its request it is, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The machine.</summary>
    public required string Machine { get; init; }

    /// <summary>Its domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The key of the site.</summary>
    public required string Site { get; init; }

    /// <summary>What was seen.</summary>
    public required VerificationOutcome Outcome { get; init; }

    /// <summary>How surely.</summary>
    public required EvidenceStrength Strength { get; init; }

    /// <summary>The code of the reason, <c>CCRnnnn</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>What the code means.</summary>
    public required string Meaning { get; init; }

    /// <summary>The cause in this very case.</summary>
    public required string Detail { get; init; }

    /// <summary>What can be done about it.</summary>
    public required string Remedy { get; init; }

    /// <summary>When it was seen.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>When the machine was pushed.</summary>
    public required DateTimeOffset Pushed { get; init; }

    /// <summary>What has changed since the push, for example <c>registration</c> or <c>policy</c>.</summary>
    public IReadOnlyList<string> Signs { get; init; } = [];

    /// <summary>The client's version before the push, when that is known.</summary>
    public string? ClientVersionBefore { get; init; }

    /// <summary>The client's version now, when that is known.</summary>
    public string? ClientVersion { get; init; }

    /// <summary>The error of the site's latest attempt.</summary>
    public long? Error { get; init; }

    /// <summary>What that number means, when that is known.</summary>
    public string? ErrorMeaning { get; init; }

    /// <summary>True when the request ended as indeterminate, and the site shows that it had it all the same.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Settles { get; init; }

    /// <summary>Whether nothing follows.</summary>
    [JsonIgnore]
    public bool IsFinal => Outcome != VerificationOutcome.InRetry;

    /// <summary>Records are values, lists included.</summary>
    public bool Equals(VerificationResult? other) => other is not null && RequestId == other.RequestId && Number == other.Number && Outcome == other.Outcome
        && Strength == other.Strength && Reason == other.Reason && Detail == other.Detail && Time == other.Time && Pushed == other.Pushed
        && Error == other.Error && Settles == other.Settles && Signs.SequenceEqual(other.Signs);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RequestId, Number, Outcome, Time);
}
