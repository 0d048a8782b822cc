
namespace Ccr.Core.Ledger;

/// <summary>A machine that is to be pushed.</summary>
/// <param name="Site">The key of its site.</param>
/// <param name="MachineKey">The machine.</param>
/// <param name="At">The time.</param>
/// <param name="KeepSince">An earlier note of the machine that is not older than this stays as it is.</param>
/// <param name="CountSince">Notes since this time are counted.</param>
/// <param name="Limit">How many there may be.</param>
public sealed record Sighting(string Site, string MachineKey, DateTimeOffset At, DateTimeOffset KeepSince, DateTimeOffset CountSince, int Limit);

/// <summary>What the site's notes say.</summary>
/// <param name="Since">When this machine was first noted, within the time that counts.</param>
/// <param name="IsWithinLimit">Whether there are no more than may be, this machine included.</param>
public sealed record Sighted(DateTimeOffset Since, bool IsWithinLimit);

/// <summary>How an attempt to claim a machine ended.</summary>
/// <param name="State">The state with the claim, or null when it was not written.</param>
/// <param name="Sighted">What the site's notes said.</param>
public sealed record ClaimAttempt(LedgerState? State, Sighted Sighted);
