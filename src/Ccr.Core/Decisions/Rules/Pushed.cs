using Ccr.Core.Ledger;

namespace Ccr.Core.Decisions.Rules;

/// <summary>What a submission leaves in the record of its machine.</summary>
internal static class Pushed
{
    /// <summary>The time in which pushes are counted.</summary>
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>The record once a request reached, or may have reached, a management point.</summary>
    public static MachineRecord MayHaveBeen(MachineRecord machine, string requestId, bool force, Moment at, SubmissionOptions options)
    {
        var until = at.Latest + options.CoolDown;
        return machine with
        {
            CoolDown = machine.CoolDown is { } longer && longer.Until > until ? longer : new CoolDown(requestId, until) { WithoutForce = !force },
            Pushes = [.. machine.Pushes.Where(push => push > at.Earliest - Week), at.Latest],
        };
    }
}
