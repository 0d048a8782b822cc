using Ccr.Core.Machines;
using Ccr.Core.Sites;

namespace Ccr.Core.Decisions;

/// <summary>One machine out of one event, normalised and validated: all that is needed to act.</summary>
public sealed record ReinstallRequest
{
    /// <summary>The same for the same machine in the same event, however often it is delivered.</summary>
    public required string Id { get; init; }

    /// <summary>The machine.</summary>
    public required MachineName Machine { get; init; }

    /// <summary>Its domain.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The site that is responsible for it.</summary>
    public required Site Site { get; init; }

    /// <summary>Whether to reinstall even if the client is present.</summary>
    public required bool Force { get; init; }

    /// <summary>Whether to do everything but the submission.</summary>
    public bool DryRun { get; init; }

    /// <summary>After this nothing is submitted any more.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Before this nothing is submitted yet.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>When its event happened, if that is known.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>Whether it was looked at before, and waited since.</summary>
    public bool HasWaited { get; init; }

    /// <summary>The key of the machine in the ledger.</summary>
    public string LedgerKey => MachineKey.Of(Domain.Value, Machine.Value);
}
