using System.Text.Json.Serialization;

namespace Ccr.Core.Ledger;

/// <summary>What a person did by hand: the audit record of the command line and of the page.</summary>
/// <remarks>
/// It is written together with the switch or the machine's record that it changes, or, for what takes longer, before the first message as
/// <see cref="ActionOutcome.InProgress"/> and again at the end, so that a kill leaves it in progress. <see cref="Who"/> is what the person's own program
/// says: whoever may write the ledger can write this too. The proof are the resource logs of the table and of Service Bus.
/// </remarks>
public sealed record OperatorAction
{
    /// <summary>How many targets of one action are named; the rest are counted.</summary>
    public const int MostTargets = 1000;

    /// <summary>Its id: sorts by time, and is never used again.</summary>
    public required string Id { get; init; }

    /// <summary>When it was done, or begun.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What was done: <c>pause on</c>, <c>pause off</c>, <c>brake release</c>, <c>machine release</c>, <c>redrive</c>, <c>discard</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>On what: <c>all</c>, a site's key, a machine's key or an entity's name.</summary>
    public required string Target { get; init; }

    /// <summary>On how many.</summary>
    public int Count { get; init; } = 1;

    /// <summary>On which ones, where they are numbered or have keys: at most the first <see cref="MostTargets"/>.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>What it was before, in words.</summary>
    public string? Before { get; init; }

    /// <summary>What it was afterwards, in words.</summary>
    public string? After { get; init; }

    /// <summary>Why, in the person's own words; a ticket's number, for example.</summary>
    public string? Reason { get; init; }

    /// <summary>Who did it.</summary>
    public required Person Who { get; init; }

    /// <summary>Whether it was done.</summary>
    public ActionOutcome Outcome { get; init; }

    /// <summary>Of how many it was done.</summary>
    public int Done { get; init; }

    /// <summary>Records are values, lists included.</summary>
    public bool Equals(OperatorAction? other) => other is not null && Id == other.Id && At == other.At && Kind == other.Kind && Target == other.Target
        && Count == other.Count && Before == other.Before && After == other.After && Reason == other.Reason && Who == other.Who && Outcome == other.Outcome
        && Done == other.Done && Targets.SequenceEqual(other.Targets);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Id, Outcome, Done);
}

/// <summary>How an action ended.</summary>
public enum ActionOutcome
{
    /// <summary>It was begun; if it stays so, whoever did it was stopped.</summary>
    InProgress,

    /// <summary>All of it was done.</summary>
    Done,

    /// <summary>A part of it was done.</summary>
    Partial,

    /// <summary>Nothing was done.</summary>
    Failed,
}

/// <summary>A person, as the program that they used knows them.</summary>
/// <param name="Name">The name that the credential has, for people to read: a user principal name, an application's id, or the computer's user.</param>
/// <param name="Credential">What kind it is: <c>entra</c>, <c>key</c> (a connection string) or <c>file</c>.</param>
/// <param name="Via">The program: <c>command line</c> or <c>console</c>.</param>
public sealed record Person(string Name, string Credential, string Via)
{
    /// <summary>The tenant, with Entra ID.</summary>
    public string? TenantId { get; init; }

    /// <summary>The object in it, with Entra ID.</summary>
    public string? ObjectId { get; init; }

    /// <summary>The computer's user, who is not always the same.</summary>
    public string? User { get; init; }

    /// <summary>The computer.</summary>
    public string? Host { get; init; }

    /// <summary>The program's version.</summary>
    public string? Version { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

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

    /// <summary>How long ago the oldest command that it has in hand was sent.</summary>
    public TimeSpan? OldestCommand { get; init; }

    /// <summary>The code of its last fault, when it had one.</summary>
    public string? LastFault { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastFaultAt { get; init; }

    /// <summary>The management points whose circuits are open, as host and port.</summary>
    public IReadOnlyList<string> OpenCircuits { get; init; } = [];

    /// <summary>What it is kept under.</summary>
    [JsonIgnore]
    public string Key => $"{Site}/{Name}";

    /// <summary>Records are values, lists included.</summary>
    public bool Equals(AgentHeard? other) => other is not null && Site == other.Site && Name == other.Name && HeardAt == other.HeardAt && SaidAt == other.SaidAt
        && Version == other.Version && State == other.State && InHand == other.InHand && OldestCommand == other.OldestCommand
        && LastFault == other.LastFault && LastFaultAt == other.LastFaultAt && OpenCircuits.SequenceEqual(other.OpenCircuits);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Site, Name, HeardAt);
}
