using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>What the ledger knows of one machine and of one request for it.</summary>
/// <param name="MachineKey">Domain and machine.</param>
/// <param name="Version">
/// The store's mark of the record as it was read, or null when there is none; a write that is based on it fails once it is outdated.
/// </param>
/// <param name="Machine">The machine's record, or null when nothing was ever claimed for it.</param>
/// <param name="Result">The request's terminal result, if it has one.</param>
public sealed record LedgerState(string MachineKey, string? Version, MachineRecord? Machine, ReinstallResult? Result)
{
    /// <summary>Whether nothing was read. Only a claim may be based on it, and fails if the machine has a record or the request a result.</summary>
    public bool IsUnread { get; init; }

    /// <summary>The state of a machine that is taken for unknown.</summary>
    public static LedgerState Unread(string machineKey) => new(machineKey, null, null, null) { IsUnread = true };
}

/// <summary>What is kept of a machine.</summary>
/// <param name="Machine">Its record, if it has one.</param>
/// <param name="Results">Its terminal results, oldest first.</param>
public sealed record MachineHistory(MachineRecord? Machine, IReadOnlyList<ReinstallResult> Results);
