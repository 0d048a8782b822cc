using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>A machine that was pushed again and again to no avail is left to people.</summary>
internal static class AttemptRule
{
    public static Decision? Decide(ReinstallRequest request, MachineRecord? machine, Moment at, SubmissionOptions options)
    {
        if (machine?.Quarantine is { } quarantine) return Refuse($"it is in quarantine since {quarantine.Since:u}");

        if (options.MaxNotVerified > 0 && machine?.NotVerifiedInARow >= options.MaxNotVerified)
            return Hold(request, machine, at, $"its last {machine.NotVerifiedInARow} pushes did not bring the client back");

        var pushes = machine?.Pushes.Count(push => push > at.Earliest - Pushed.Week) ?? 0;
        if (options.MaxPushesPerWeek == 0 || pushes < options.MaxPushesPerWeek) return null;

        return Hold(request, machine!, at, $"it was pushed {pushes} times in seven days, and {options.MaxPushesPerWeek} are allowed");
    }

    private static Decision.Conclude Hold(ReinstallRequest request, MachineRecord machine, Moment at, string detail) =>
        Refuse(detail, request.DryRun ? null : machine with { Waiting = null, Quarantine = new Quarantine(at.Now, request.Id) });

    private static Decision.Conclude Refuse(string detail, MachineRecord? machine = null) =>
        new(new Verdict(Outcome.Rejected, DecisionReasons.Quarantined, detail), Machine: machine);
}
