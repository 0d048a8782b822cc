using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>The catalogue's 51xx: what is wrong with the ledger.</summary>
public static class LedgerReasons
{
    /// <summary>It cannot be opened at all.</summary>
    public static readonly ReasonCode CannotOpen = new(
        "CCR5101", "The ledger cannot be opened", "See that it exists or can be created there, and that this process may read and write it.");

    /// <summary>It is something else, or of a newer version.</summary>
    public static readonly ReasonCode NotOurs = new("CCR5102", "This is no ledger that can be used", "Name another place, or update this program.");

    /// <summary>It is damaged.</summary>
    public static readonly ReasonCode Damaged = new(
        "CCR5103", "The ledger is damaged", "Restore it from a backup. Without it nobody knows which machines are in their cool-down: move it away only if " +
            "none was pushed within that time.");

    /// <summary>It cannot be written, so nothing is submitted.</summary>
    public static readonly ReasonCode CannotWrite = new(
        "CCR5104", "The ledger cannot be written", "See to its disk space, its rights and its network. Nothing is submitted until it can be written again; " +
            "no event is lost.");

    /// <summary>It cannot be read, so nothing is submitted.</summary>
    public static readonly ReasonCode CannotRead = new(
        "CCR5105", "The ledger cannot be read", "See to its disk, its rights and its network. Nothing is submitted until it can be read again; no event is " +
            "lost.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [CannotOpen, NotOurs, Damaged, CannotWrite, CannotRead];
}
