using Ccr.Core.Results;

namespace Ccr.Core.Ledger;

/// <summary>What the ledger knows of one machine and of one request for it.</summary>
/// <param name="Machine">The machine's record, or null when nothing was ever claimed for it.</param>
/// <param name="Result">The request's terminal result, if it has one.</param>
public sealed record LedgerState(MachineRecord? Machine, ReinstallResult? Result);

/// <summary>Everything that decides whether a machine may be pushed.</summary>
/// <param name="Key">Domain and machine.</param>
/// <param name="Version">How often the record was written; a write that is based on an older version fails.</param>
/// <param name="Claim">The request that is being submitted.</param>
/// <param name="CoolDown">The last request that reached, or may have reached, a management point.</param>
public sealed record MachineRecord(string Key, long Version, Claim? Claim = null, CoolDown? CoolDown = null);

/// <summary>A request's exclusive right to push its machine.</summary>
/// <param name="RequestId">The request.</param>
/// <param name="LeaseUntil">When its worker has surely stopped submitting, so that an open claim means a crash.</param>
public sealed record Claim(string RequestId, DateTimeOffset LeaseUntil);

/// <summary>The time after a submission in which the machine is not pushed again.</summary>
/// <param name="RequestId">The request that was submitted.</param>
/// <param name="Until">Its end.</param>
public sealed record CoolDown(string RequestId, DateTimeOffset Until);
