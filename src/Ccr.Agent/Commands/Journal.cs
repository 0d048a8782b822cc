using Ccr.Core.Views;

namespace Ccr.Agent.Commands;

/// <summary>What this agent did, on its own disk: a ledger in which a claim stays open until its result is published.</summary>
/// <remarks>
/// A claim goes from Taking (the message may still become another agent's) to Waiting (it is ours, nothing was sent) to one without a stage (it may
/// have been sent), gets its result, and is closed once that is on the topic. So whatever stops the process, the next one knows how far each command
/// came.
/// </remarks>
internal sealed class Journal(
    ILedgerStore ledger, Func<IReadOnlyList<MachineRecord>> readClaimed, Retrying retrying, TimeProvider time, ILogger<Journal> logger)
{
    /// <summary>For so long it counts as writable since it was: what is received meanwhile is kept, with its lock, until it can be written down.</summary>
    private static readonly TimeSpan ProvedFor = TimeSpan.FromSeconds(1);

    private int _fails;
    private long? _provedAt;

    /// <summary>What was begun by an earlier process and has not come to its end.</summary>
    public IReadOnlyList<MachineRecord> ReadClaimed() => readClaimed();

    public ValueTask<LedgerState> ReadAsync(ReinstallRequest request, CancellationToken stop) => ledger.ReadAsync(request.LedgerKey, request.Id, stop);

    /// <summary>Whether it can be written at all: nothing is received while it cannot. Not to be asked by two at once.</summary>
    public async Task<bool> CanWriteAsync(CancellationToken stop)
    {
        if (_fails == 0 && _provedAt is { } at && time.GetElapsedTime(at) < ProvedFor) return true;

        try
        {
            var state = await ledger.ReadSwitchAsync("probe", stop);
            await ledger.TryWriteSwitchAsync(state, new SwitchRecord("probe", false, time.GetUtcNow()), stop);
            _provedAt = time.GetTimestamp();
            Recovered();
            return true;
        }
        catch (LedgerException fault)
        {
            Failed(fault);
            return false;
        }
    }

    /// <summary>Writes the new state of a machine; null when it was changed by another writer in between.</summary>
    public ValueTask<LedgerState?> TryWriteAsync(LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken stop) =>
        ledger.TryWriteAsync(basis, machine, result, stop);

    /// <summary>Notes how far a command came; tries again until it is on the disk.</summary>
    public Task SetStageAsync(AgentCommand command, ClaimStage stage, CancellationToken stop) =>
        ChangeClaimAsync(command, claim => claim with { Stage = stage }, stop);

    /// <summary>Notes that a command may have been sent from now on, and what the site showed of its machine before, if it could be seen.</summary>
    public Task SetSendingAsync(AgentCommand command, SiteView? before, CancellationToken stop) =>
        ChangeClaimAsync(command, claim => claim with { Stage = null, Before = before ?? claim.Before }, stop);

    /// <summary>Closes a command's claim: its result is published, or the command belongs to another agent.</summary>
    public Task CloseAsync(AgentCommand command, CancellationToken stop) =>
        ChangeClaimAsync(command, _ => null, stop);

    /// <summary>Changes a command's state as a pure function of it says, which returns null when nothing is to be changed.</summary>
    public Task ChangeAsync(AgentCommand command, Func<LedgerState, (MachineRecord? Machine, ReinstallResult? Result)?> change, CancellationToken stop) =>
        retrying.UntilDoneAsync(
            async () =>
            {
                while (true)
                {
                    var state = await ledger.ReadAsync(command.LedgerKey, command.RequestId, stop);
                    if (change(state) is not { } to || await ledger.TryWriteAsync(state, to.Machine, to.Result, stop) is not null) break;
                }

                Recovered();
            },
            fault => fault is LedgerException ledgerFault && Failed(ledgerFault),
            stop);

    /// <summary>Changes the machine's claim, as long as it is this command's.</summary>
    private Task ChangeClaimAsync(AgentCommand command, Func<Claim, Claim?> change, CancellationToken stop) => ChangeAsync(
        command,
        state => state.Machine is { Claim: { } claim } machine && claim.RequestId == command.RequestId ? (machine with { Claim = change(claim) }, null) : null,
        stop);

    private bool Failed(LedgerException fault)
    {
        if (Interlocked.Exchange(ref _fails, 1) == 0) Log.JournalFailed(logger, fault.Message);
        return true;
    }

    private void Recovered()
    {
        if (Interlocked.Exchange(ref _fails, 0) == 1) Log.JournalRecovered(logger);
    }
}
