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

    /// <summary>Somebody else decides here, and neither knows what the other has pushed.</summary>
    public static readonly ReasonCode AnotherLedger = new(
        "CCR5106", "Another ledger is used for the same requests", "Let all processors of a namespace use one ledger: find the other one and stop it. " +
            "After a ledger was replaced on purpose, run ccr ledger restored; results of the former one are seen for another hour.");

    /// <summary>A result is known to the topic, and not to the ledger that it names.</summary>
    public static readonly ReasonCode Outdated = new(
        "CCR5107", "The ledger is older than results that it has published", "It was probably restored from a backup: run ccr ledger restored, so that no " +
            "machine is pushed that was pushed after the backup was made.");

    /// <summary>The file is no longer where it was opened.</summary>
    public static readonly ReasonCode Replaced = new(
        "CCR5108", "The ledger's file was deleted or replaced while it was open", "Nothing is submitted. Stop the processor, put the file back (if it is " +
            "lost: restore it, and run ccr ledger restored), and start again.");

    /// <summary>Two processors of one computer with a ledger each.</summary>
    public static readonly ReasonCode Neighbour = new(
        "CCR5109", "A processor on this computer takes from the same namespace with another ledger", "Start this one with the same ledger. " +
            "If it is meant so, set Ledger:AllowOthers to true: machines may then be pushed by both.");

    /// <summary>It has lost what it had acknowledged.</summary>
    public static readonly ReasonCode Shortened = new(
        "CCR5110", "The ledger has less than it had acknowledged", "Its files are damaged, or an older copy was put in their place: restore the newest copy. " +
            "Where there is none, delete the file that ends in -count, and run ccr ledger restored, so that no machine is pushed that was pushed before.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
        [CannotOpen, NotOurs, Damaged, CannotWrite, CannotRead, AnotherLedger, Outdated, Replaced, Neighbour, Shortened];
}
