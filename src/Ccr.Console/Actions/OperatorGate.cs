using Ccr.Console.State;
using Ccr.Console.Words;

namespace Ccr.Console.Actions;

/// <summary>
/// The one way to do anything. It is not there at all in a console that only reads. Whatever a dialog showed or checked, everything is checked here again.
/// </summary>
internal sealed class OperatorGate(LedgerOperator ledger, LedgerReader reader, ConsoleState state, TimeProvider time)
{
    /// <summary>How long a reason may be.</summary>
    public const int LongestReason = 500;

    /// <summary>Pauses all sites, or one.</summary>
    public Task<GateAnswer> PauseAsync(string? site, DateTimeOffset? until, string reason, SwitchRecord? seen, CancellationToken cancellationToken)
    {
        if (until <= time.GetUtcNow()) return Task.FromResult(GateAnswer.Refused("The end is past: choose a later one."));
        var key = site is null ? SwitchRecord.PauseKey : SwitchRecord.PauseKeyOf(site);
        return TurnAsync(key, reason, seen, () => ledger.PauseAsync(site, until, reason.Trim(), cancellationToken), cancellationToken);
    }

    /// <summary>Ends a pause.</summary>
    public Task<GateAnswer> ResumeAsync(string? site, string reason, SwitchRecord? seen, CancellationToken cancellationToken)
    {
        var key = site is null ? SwitchRecord.PauseKey : SwitchRecord.PauseKeyOf(site);
        return TurnAsync(key, reason, seen, () => ledger.ResumeAsync(site, reason.Trim(), cancellationToken), cancellationToken);
    }

    /// <summary>Lets a brake go; its site's key is typed, so that it is not the wrong one.</summary>
    public Task<GateAnswer> ReleaseBrakeAsync(string site, string typed, string reason, SwitchRecord? seen, CancellationToken cancellationToken) =>
        typed.Trim() != site
            ? Task.FromResult(GateAnswer.Refused($"Type the key of the site: {site}."))
            : TurnAsync(SwitchRecord.BrakeKey(site), reason, seen, () => ledger.ReleaseBrakeAsync(site, reason.Trim(), cancellationToken), cancellationToken);

    /// <summary>Ends the quarantine of a machine.</summary>
    public Task<GateAnswer> ReleaseMachineAsync(string machineKey, string reason, CancellationToken cancellationToken) => TryAsync(reason, async () =>
        await ledger.ReleaseMachineAsync(machineKey, reason.Trim(), cancellationToken)
            ? GateAnswer.Done("The machine is released. A new event for it is carried out after its cool-down.")
            : GateAnswer.Conflict("The machine is not in quarantine any more. Nothing was done."));

    private Task<GateAnswer> TurnAsync(
        string key, string reason, SwitchRecord? seen, Func<Task<bool>> turn, CancellationToken cancellationToken) => TryAsync(reason, async () =>
    {
        if (await reader.ReadSwitchAsync(key, cancellationToken) is var now && now?.Since != seen?.Since) return ConflictBy(now);
        return await turn() ? GateAnswer.Done("Done.") : ConflictBy(await reader.ReadSwitchAsync(key, cancellationToken));
    });

    private async Task<GateAnswer> TryAsync(string reason, Func<Task<GateAnswer>> act)
    {
        if (string.IsNullOrWhiteSpace(reason)) return GateAnswer.Refused("Say why: a ticket's number, or a few words.");
        if (reason.Length > LongestReason) return GateAnswer.Refused($"Say it in at most {LongestReason} characters.");
        if (state.Now.IsLedgerUnknown) return GateAnswer.Refused("The ledger does not answer, so nothing can be changed.");
        try
        {
            return await act();
        }
        catch (LedgerException fault)
        {
            return GateAnswer.Refused(fault.Message);
        }
        finally
        {
            state.Refresh();
        }
    }

    private GateAnswer ConflictBy(SwitchRecord? now) => now is null
        ? GateAnswer.Conflict("Somebody changed it meanwhile. Nothing was done.")
        : GateAnswer.Conflict(
            $"{Text.Show(now.By ?? "Somebody")} did this {Durations.Show(time.GetUtcNow() - now.Since)} ago: it is {(now.On ? "on" : "off")} " +
            "now. Nothing was done twice.");
}

/// <summary>What came of asking.</summary>
/// <param name="IsDone">Whether it was done.</param>
/// <param name="IsConflict">Whether somebody else was first.</param>
/// <param name="Says">The sentence for the operator.</param>
public sealed record GateAnswer(bool IsDone, bool IsConflict, string Says)
{
    internal static GateAnswer Done(string says) => new(true, false, says);

    internal static GateAnswer Conflict(string says) => new(false, true, says);

    internal static GateAnswer Refused(string says) => new(false, false, says);
}
