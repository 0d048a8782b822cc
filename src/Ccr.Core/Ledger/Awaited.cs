using System.Text.Json.Serialization;
using Ccr.Core.Results;
using Ccr.Core.Views;

namespace Ccr.Core.Ledger;

/// <summary>A push of which it is to be seen whether it brought the client back; afterwards, what was seen.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Site">The key of the site that was asked.</param>
/// <param name="Since">When the machine was, or may have been, pushed.</param>
/// <param name="Until">When nobody looks any more.</param>
public sealed record Awaited(string RequestId, string Site, DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>When its event happened, if that is known.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>What the site showed before the push, or else at the first look after it (<see cref="IsBeforeLate"/>).</summary>
    public SiteView? Before { get; init; }

    /// <summary>Whether <see cref="Before"/> is from after the push, so that something may have changed unseen.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsBeforeLate { get; init; }

    /// <summary>The number of the next look, from 1: a message about an earlier one says nothing new.</summary>
    public int Look { get; init; } = 1;

    /// <summary>When that look is due.</summary>
    public DateTimeOffset NextLook { get; init; }

    /// <summary>The question that an agent was asked last: only its answer counts.</summary>
    public string? Asked { get; init; }

    /// <summary>When it was asked that.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>The question of an agent's answer that was taken last.</summary>
    public string? Answered { get; init; }

    /// <summary>When somebody last saw what the site shows.</summary>
    public DateTimeOffset? Seen { get; init; }

    /// <summary>Whether the site showed that it has, or had, the request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Arrived { get; init; }

    /// <summary>Whether the machine's CCR was seen in an inbox since the push.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasInInbox { get; init; }

    /// <summary>Whether it was in none at the last look.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WasGone { get; init; }

    /// <summary>The error that was said last, so that each is said once.</summary>
    public long? SaidError { get; init; }

    /// <summary>What was said last, and when it was final the end.</summary>
    public VerificationResult? Said { get; init; }

    /// <summary>Whether nothing follows.</summary>
    [JsonIgnore]
    public bool IsOver => Said is { IsFinal: true };
}
