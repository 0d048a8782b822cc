using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Views;

namespace Ccr.TestHost.Processor;

/// <summary>Says that a look is scheduled, and schedules it a moment later: whoever is killed meanwhile forgets it.</summary>
internal sealed class LateLookSender(ILookSender inner, TimeProvider time) : ILookSender
{
    private static readonly TimeSpan Later = TimeSpan.FromMilliseconds(300);

    public Task ScheduleAsync(PendingLook look, DateTimeOffset at, CancellationToken cancellationToken)
    {
        _ = ScheduleLaterAsync(look, at);
        return Task.CompletedTask;
    }

    private async Task ScheduleLaterAsync(PendingLook look, DateTimeOffset at)
    {
        await Task.Delay(Later, time);
        await inner.ScheduleAsync(look, at, CancellationToken.None);
    }
}

/// <summary>Acknowledges the end of what is awaited, and does not write it: a look that comes again looks again, and says something else.</summary>
internal sealed class LedgerWithoutEnd(ILedgerStore inner) : BrokenLedger(inner)
{
    public override ValueTask<LedgerState?> TryWriteAsync(
        LedgerState basis, MachineRecord? machine, ReinstallResult? result, CancellationToken cancellationToken) =>
        result is null && machine?.Awaited.Any(awaited => awaited.IsOver) == true
            ? ValueTask.FromResult<LedgerState?>(basis with { Machine = machine })
            : base.TryWriteAsync(basis, machine, result, cancellationToken);
}

/// <summary>Reads every answer that is none as "no such device", as one reads a 404 that means a missing right.</summary>
internal sealed class LookThatSeesNothing(ISiteLook inner) : ISiteLook
{
    public async Task<LookAnswer> LookAsync(Site site, IReadOnlyList<LookedFor> machines, CancellationToken cancellationToken)
    {
        var answer = await inner.LookAsync(site, machines, cancellationToken);
        return answer.Fault is null
            ? answer
            : LookAnswer.Of(machines.DistinctBy(machine => machine.Key).ToDictionary(machine => machine.Key, _ => new SiteView()));
    }
}
