using System.Text.Json.Serialization;
using Ccr.Core.Agents;
using Ccr.Core.Results;
using Ccr.Core.Views;

namespace Ccr.Core.Ledger;

/// <summary>Everything that decides whether a machine may be pushed.</summary>
/// <param name="Key">Domain and machine.</param>
public sealed record MachineRecord(string Key)
{
    /// <summary>How many pushes are remembered together with how they ended.</summary>
    private const int MostAwaited = 6;

    /// <summary>The request that is being submitted: it may have been sent.</summary>
    public Claim? Claim { get; init; }

    /// <summary>The last request that reached, or may have reached, a management point.</summary>
    public CoolDown? CoolDown { get; init; }

    /// <summary>The request that certainly was not sent, and is to be sent again.</summary>
    public Waiting? Waiting { get; init; }

    /// <summary>Claims that were taken over when their cool-down was past: these requests may have been sent, too.</summary>
    public IReadOnlyList<Claim> Abandoned { get; init; } = [];

    /// <summary>
    /// What was handed to agents: only of these may an agent's result be believed. They are kept for a week after their answer was due.
    /// </summary>
    public IReadOnlyList<Handed> Handed { get; init; } = [];

    /// <summary>When requests reached, or may have reached, a management point, oldest first; older ones than the attempt cap looks at are dropped.</summary>
    public IReadOnlyList<DateTimeOffset> Pushes { get; init; } = [];

    /// <summary>The pushes of which it is to be seen whether they brought the client back, and how the last ones ended; oldest first.</summary>
    public IReadOnlyList<Awaited> Awaited { get; init; } = [];

    /// <summary>Set when the machine was pushed too often; only a person ends it.</summary>
    public Quarantine? Quarantine { get; init; }

    /// <summary>When the record says nothing any more that could matter, or null while it is open.</summary>
    [JsonIgnore]
    public DateTimeOffset? Closed =>
        Claim is not null || Waiting is not null || Quarantine is not null
            ? null
            : Pushes.Concat(Abandoned.Select(claim => claim.LeaseUntil))
                .Concat(Awaited.Select(awaited => awaited.Said is { IsFinal: true } end ? end.Time : awaited.Until))
                .Append(CoolDown?.Until ?? DateTimeOffset.MinValue).Max();

    /// <summary>How many pushes in a row, up to the last, did not bring the client back. Those of which nobody knows count neither way.</summary>
    [JsonIgnore]
    public int NotVerifiedInARow => Awaited.Reverse().Select(awaited => awaited.Said)
        .Where(said => said is { Outcome: VerificationOutcome.Verified or VerificationOutcome.NotVerified })
        .TakeWhile(said => said!.Outcome == VerificationOutcome.NotVerified).Count();

    /// <summary>Whether a request was begun for the machine and is not ended.</summary>
    public bool Concerns(string requestId) =>
        Claim?.RequestId == requestId || Waiting?.RequestId == requestId || Abandoned.Any(claim => claim.RequestId == requestId);

    /// <summary>What was handed to an agent of a site for a request, or null when nothing was.</summary>
    public Handed? FindHanded(string requestId, string site) =>
        Handed.FirstOrDefault(handed => handed.RequestId == requestId && handed.Site == site)
        ?? (Claim is { Command: { } command } && command.RequestId == requestId && command.Site == site ? Ledger.Handed.Of(command) : null);

    /// <summary>The push of a request that is, or was, awaited; null when it is not known.</summary>
    public Awaited? FindAwaited(string requestId) => Awaited.FirstOrDefault(awaited => awaited.RequestId == requestId);

    /// <summary>The record with a push that is awaited from now on. One that is awaited already only learns what it did not know.</summary>
    public MachineRecord Await(Awaited push)
    {
        if (FindAwaited(push.RequestId) is { } known)
            return known.Before is null && !known.IsOver && push.Before is not null ? Replace(known with { Before = push.Before }) : this;

        // What is not over yet is kept whatever it takes.
        var over = Awaited.Count(awaited => awaited.IsOver) - MostAwaited + 1;
        return this with { Awaited = [.. Awaited.Where(awaited => !awaited.IsOver || over-- <= 0), push] };
    }

    /// <summary>The record with a push as it is awaited now.</summary>
    public MachineRecord Replace(Awaited push) =>
        this with { Awaited = [.. Awaited.Select(awaited => awaited.RequestId == push.RequestId ? push : awaited)] };

    /// <summary>The record once the push of a request that was given up is counted.</summary>
    public MachineRecord Count(Handed handed) => this with { Handed = [.. Handed.Where(other => other != handed), handed with { Counted = true }] };

    /// <summary>Records are values, lists included.</summary>
    public bool Equals(MachineRecord? other) =>
        other is not null && Key == other.Key && Claim == other.Claim && CoolDown == other.CoolDown
        && Waiting == other.Waiting && Quarantine == other.Quarantine && Pushes.SequenceEqual(other.Pushes)
        && Abandoned.SequenceEqual(other.Abandoned) && Handed.SequenceEqual(other.Handed)
        && Awaited.SequenceEqual(other.Awaited);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Claim, CoolDown, Waiting, Quarantine, Pushes.Count);
}

/// <summary>A request's exclusive right to push its machine.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="LeaseUntil">When its worker has certainly stopped submitting, so that an open claim means a crash.</param>
public sealed record Claim(string RequestId, DateTimeOffset LeaseUntil)
{
    /// <summary>The command that the request was handed to an agent by; at the agent, the one that it carries out.</summary>
    public AgentCommand? Command { get; init; }

    /// <summary>Whether the request asks for a client only where there is none (<c>force</c> is false).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithoutForce { get; init; }

    /// <summary>What the site showed of the machine before the push, when it was looked at.</summary>
    public SiteView? Before { get; init; }

    /// <summary>When the request's event happened, if that is known.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Whether the command was perhaps sent a second time, so that one refused attempt does not show that it was never sent.</summary>
    public bool IsRepeated { get; init; }

    /// <summary>How far an agent came with its command; null for a claim that means: it may have been sent.</summary>
    public ClaimStage? Stage { get; init; }

    /// <summary>At the agent: the command's place on its queue.</summary>
    public long? SequenceNumber { get; init; }

    /// <summary>At the agent: when it locked that message, by its own clock.</summary>
    public DateTimeOffset? LockedAt { get; init; }
}

/// <summary>A request that was handed to an agent.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Site">The key of the agent's site.</param>
/// <param name="AnswerBy">When its answer was due.</param>
/// <param name="Counted">Whether a result that came after the request was given up has held the machine already.</param>
public sealed record Handed(string RequestId, string Site, DateTimeOffset AnswerBy, bool Counted = false)
{
    /// <summary>What a command hands over.</summary>
    public static Handed Of(AgentCommand command) => new(command.RequestId, command.Site, command.AnswerBy);
}

/// <summary>How far an agent came with a command of which certainly nothing was sent.</summary>
public enum ClaimStage
{
    /// <summary>It is about to take the message from the queue, and another agent may get it instead.</summary>
    Taking,

    /// <summary>The message is its own, and the request is yet to be sent.</summary>
    Waiting,
}

/// <summary>The time after a submission in which the machine is not pushed again.</summary>
/// <param name="RequestId">The request that was submitted.</param>
/// <param name="Until">Its end.</param>
public sealed record CoolDown(string RequestId, DateTimeOffset Until)
{
    /// <summary>Whether the request asked for a client only where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithoutForce { get; init; }
}

/// <summary>A request that could not be sent yet.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="Since">When it was first tried.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="Until">When it has certainly been taken up again, so that an older one was lost with its message.</param>
public sealed record Waiting(string RequestId, DateTimeOffset Since, int Tries, DateTimeOffset Until)
{
    /// <summary>Whether the request asks for a client only where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithoutForce { get; init; }
}

/// <summary>The end of all submissions for a machine, until a person releases it.</summary>
/// <param name="Since">When it began.</param>
/// <param name="RequestId">The request that was one too many.</param>
public sealed record Quarantine(DateTimeOffset Since, string RequestId);
