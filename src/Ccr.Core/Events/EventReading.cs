using Ccr.Core.Machines;
using Ccr.Core.Results;

namespace Ccr.Core.Events;

/// <summary>What was found in a message: one part for each machine of each event in it.</summary>
/// <param name="Parts">At least one: an event that names no machine has one part that says so.</param>
public sealed record EventReading(IReadOnlyList<EventPart> Parts)
{
    /// <summary>Set when a person sent a dead letter again: it makes the requests new ones, so that earlier results are not repeated. Else null.</summary>
    public string? Redrive { get; init; }
}

/// <summary>One machine of an event: either what the event says of it, or why nothing can be done with it.</summary>
public abstract record EventPart
{
    /// <summary>The event that the part belongs to.</summary>
    public required EventIdentity Event { get; init; }

    /// <summary>The machine as the event wrote it, once the rules for host names were applied; null when it names none.</summary>
    public string? MachineText { get; init; }

    /// <summary>
    /// The domain as the event says it, or as its DNS suffix stands for it. Of a part that asks for a reinstallation, else the configured default.
    /// </summary>
    public string? Domain { get; init; }

    /// <summary>What tells the machine from all others of its event, in one case: its domain, as far as it is known, and its name.</summary>
    internal string? Machine => (Domain is null || MachineText is null ? MachineText : MachineKey.Of(Domain, MachineText))?.ToUpperInvariant();
}

/// <summary>A part that ends at once: refused or ignored.</summary>
/// <param name="Verdict">Why.</param>
public sealed record EndedPart(Verdict Verdict) : EventPart;

/// <summary>A part that asks for a reinstallation. Its names are not validated yet.</summary>
public sealed record MachinePart : EventPart
{
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
