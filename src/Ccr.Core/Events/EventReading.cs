using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>What a source found in an event: who says it, and one part for each machine that it names.</summary>
/// <param name="Source">The name of the source's format, or <see cref="UnknownSource"/>.</param>
/// <param name="Id">The id under which the sender would send the same event again.</param>
/// <param name="Time">When it happened, or when the broker accepted it.</param>
/// <param name="Parts">At least one: an event that names no machine has one part that says so.</param>
public sealed record EventReading(string Source, string Id, DateTimeOffset Time, IReadOnlyList<EventPart> Parts)
{
    /// <summary>The source of an event that no format recognised.</summary>
    public const string UnknownSource = "unknown";
}

/// <summary>One machine of an event: either what the event says of it, or why nothing can be done with it.</summary>
public abstract record EventPart
{
    /// <summary>The machine as the event wrote it, for the result of a part that is refused.</summary>
    public string? MachineText { get; init; }
}

/// <summary>A part that ends at once: refused or ignored.</summary>
/// <param name="Verdict">Why.</param>
public sealed record EndedPart(Verdict Verdict) : EventPart;

/// <summary>A part that asks for a reinstallation. Its names are still as the event wrote them.</summary>
public sealed record MachinePart : EventPart
{
    /// <summary>The domain, or null for the configured default.</summary>
    public string? Domain { get; init; }

    /// <summary>The key of a configured site, or null for the configured default.</summary>
    public string? Site { get; init; }

    /// <summary>Whether to reinstall even if the client is present (the forced CCR, <c>fkey</c>).</summary>
    public bool Force { get; init; } = true;

    /// <summary>Why, in the words of whoever asked.</summary>
    public string? Reason { get; init; }

    /// <summary>Who asked.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>After this the request is of no use to whoever asked.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Before this nothing is submitted.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether to do everything but the submission.</summary>
    public bool DryRun { get; init; }
}
