using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;

namespace Ccr.TestHost.Processor;

/// <summary>A ledger of which a part is broken.</summary>
internal abstract class BrokenLedger(ILedgerStore inner) : LedgerAround(inner)
{
    public override bool MayBeNew(string machineKey) => false;

    public override ValueTask<SwitchState> GlanceAtSwitchAsync(string key, CancellationToken cancellationToken) => ReadSwitchAsync(key, cancellationToken);

    public override ValueTask<ClaimAttempt> TryClaimAsync(
        LedgerState basis, MachineRecord machine, Sighting sighting, Func<Sighted, bool> mayPass, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The storm brake is off in the campaign's broken builds.");
}

internal sealed class LedgerWithoutIntent(ILedgerStore inner) : BrokenLedger(inner)
{
    public override ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken) =>
        result is null && machine?.Claim is not null
            ? ValueTask.FromResult<LedgerState?>(basis with { Machine = machine })
            : base.TryWriteAsync(basis, machine, result, cancellationToken);
}

internal sealed class LedgerWithoutCoolDown(ILedgerStore inner) : BrokenLedger(inner)
{
    public override async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        var state = await base.ReadAsync(machineKey, requestId, cancellationToken);
        return state with { Machine = state.Machine is { } machine ? machine with { CoolDown = null, Pushes = [] } : null };
    }
}

/// <summary>Says of every request that it was handed to an agent of every site.</summary>
internal sealed class LedgerThatBelieves(ILedgerStore inner, SiteTable sites) : BrokenLedger(inner)
{
    public override async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        var state = await base.ReadAsync(machineKey, requestId, cancellationToken);
        var machine = state.Machine ?? new MachineRecord(machineKey);
        return state with { Machine = machine with { Handed = [.. sites.Keys.Select(site => new Handed(requestId, site, DateTimeOffset.MaxValue))] } };
    }
}

/// <summary>Acknowledges a write at once, and writes it when it is asked for anything else.</summary>
internal sealed class LedgerThatWritesLater(ILedgerStore inner) : BrokenLedger(inner), IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private (LedgerState Basis, MachineRecord? Machine, ReinstallResult? Result)? _later;

    public override async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        await WriteThenAsync(null, cancellationToken);
        return await base.ReadAsync(machineKey, requestId, cancellationToken);
    }

    public override async ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        await WriteThenAsync((basis, machine, result), cancellationToken);
        return basis with { Machine = machine ?? basis.Machine, Result = result };
    }

    public void Dispose() => _turn.Dispose();

    private async Task WriteThenAsync((LedgerState Basis, MachineRecord? Machine, ReinstallResult? Result)? next, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_later is { } later)
            {
                var now = await base.ReadAsync(later.Basis.MachineKey, later.Result?.RequestId ?? "", cancellationToken);
                await base.TryWriteAsync(now, later.Machine, later.Result, cancellationToken);
            }

            _later = next;
        }
        finally
        {
            _turn.Release();
        }
    }
}

internal sealed class LedgerThatPretends(ILedgerStore inner) : BrokenLedger(inner)
{
    public override async ValueTask<LedgerState> ReadAsync(string machineKey, string requestId, CancellationToken cancellationToken)
    {
        try
        {
            return await base.ReadAsync(machineKey, requestId, cancellationToken);
        }
        catch (LedgerException)
        {
            return new LedgerState(machineKey, null, null, null);
        }
    }

    public override async ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken)
    {
        try
        {
            return await base.TryWriteAsync(basis, machine, result, cancellationToken);
        }
        catch (LedgerException)
        {
            return basis with { Machine = machine ?? basis.Machine, Result = result };
        }
    }

    public override async ValueTask<SwitchState> ReadSwitchAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await base.ReadSwitchAsync(key, cancellationToken);
        }
        catch (LedgerException)
        {
            return new SwitchState(key, null, null);
        }
    }
}
