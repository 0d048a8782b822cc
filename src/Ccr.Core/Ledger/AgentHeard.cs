using System.Text.Json.Serialization;
using Ccr.Core.Agents;

namespace Ccr.Core.Ledger;

/// <summary>An agent, as it said of itself when it was heard last: signed by a key of its site.</summary>
/// <param name="Site">The key of its site.</param>
/// <param name="Name">Its name.</param>
/// <param name="HeardAt">When it was heard, by the clock of who heard it.</param>
public sealed record AgentHeard(string Site, string Name, DateTimeOffset HeardAt)
{
    /// <summary>When it spoke, by its own clock.</summary>
    public DateTimeOffset SaidAt { get; init; }

    /// <summary>Its version.</summary>
    public string? Version { get; init; }

    /// <summary>What it does, in a word or two: <c>taking commands</c>, <c>stopping</c>.</summary>
    public string? State { get; init; }

    /// <summary>How many commands it has in hand.</summary>
    public int InHand { get; init; }

    /// <summary>How long the oldest command has been on its queue.</summary>
    public TimeSpan? OldestCommand { get; init; }

    /// <summary>The code of its last fault, when it had one.</summary>
    public string? LastFault { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastFaultAt { get; init; }

    /// <summary>The management points that failed too often and get no requests now; null when there are none.</summary>
    public string? LeftAlone { get; init; }

    /// <summary>When the first of them is tried again.</summary>
    public DateTimeOffset? LeftAloneUntil { get; init; }

    /// <summary>What it is kept under.</summary>
    [JsonIgnore]
    public string Key => $"{Site}/{Name}";

    /// <summary>Whether it was not heard for so long that nobody knows how it is.</summary>
    public bool IsSilentAt(DateTimeOffset now) => now - HeardAt > AgentHeartbeat.GoodFor;

    /// <summary>Whether it leaves a management point alone. What a silent agent said last is no news.</summary>
    public bool LeavesAloneAt(DateTimeOffset now) => LeftAlone is not null && !IsSilentAt(now) && LeftAloneUntil > now;
}
