using Ccr.Console.State;
using Ccr.Console.Words;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console.Actions;

/// <summary>
/// The one way to do anything. It is not there at all in a console that only reads. Whatever a dialog showed or checked, everything is checked here again.
/// </summary>
internal sealed class OperatorGate(LedgerOperator ledger, LedgerReader reader, ConsoleState state, ConsoleFacts facts, TimeProvider time)
{
    /// <summary>How long a reason may be.</summary>
    public const int LongestReason = 500;

    /// <summary>How many machines may be released at a time.</summary>
    public const int MostMachines = 100;

    /// <summary>Pauses all sites, or one.</summary>
    public Task<GateAnswer> PauseAsync(string? site, DateTimeOffset? until, string reason, SwitchRecord? seen, CancellationToken cancellationToken)
    {
        if (until <= time.GetUtcNow()) return Task.FromResult(GateAnswer.Refused("The end is past: choose a later one."));
        var key = site is null ? SwitchRecord.PauseKey : SwitchRecord.PauseKeyOf(site);
        return TurnAsync(ConsoleRights.Pause, key, reason, seen, () => ledger.PauseAsync(site, until, reason.Trim(), cancellationToken), cancellationToken);
    }

    /// <summary>Ends a pause.</summary>
    public Task<GateAnswer> ResumeAsync(string? site, string reason, SwitchRecord? seen, CancellationToken cancellationToken)
    {
        var key = site is null ? SwitchRecord.PauseKey : SwitchRecord.PauseKeyOf(site);
        return TurnAsync(ConsoleRights.Pause, key, reason, seen, () => ledger.ResumeAsync(site, reason.Trim(), cancellationToken), cancellationToken);
    }

    /// <summary>Lets a brake go; its site's key is typed, so that it is not the wrong one.</summary>
    public Task<GateAnswer> ReleaseBrakeAsync(string site, string typed, string reason, SwitchRecord? seen, CancellationToken cancellationToken) =>
        typed.Trim() != site
            ? Task.FromResult(GateAnswer.Refused($"Type the key of the site: {site}."))
            : TurnAsync(
                ConsoleRights.Brake, SwitchRecord.BrakeKey(site), reason, seen,
                () => ledger.ReleaseBrakeAsync(site, reason.Trim(), cancellationToken), cancellationToken);

    /// <summary>Ends the quarantine of machines, one after the other, each with a record of its own.</summary>
    public Task<GateAnswer> ReleaseMachinesAsync(IReadOnlyList<string> machineKeys, string reason, CancellationToken cancellationToken) =>
        machineKeys.Count > MostMachines
            ? Task.FromResult(GateAnswer.Refused($"At most {MostMachines} at a time."))
            : TryAsync(ConsoleRights.Release, reason, async () =>
            {
                var free = new List<string>();
                foreach (var key in machineKeys)
                    if (!await ledger.ReleaseMachineAsync(key, reason.Trim(), cancellationToken)) free.Add(Text.Show(key));
                return free.Count == 0
                    ? GateAnswer.Done(
                        $"Released: {(machineKeys is [var only] ? Text.Show(only) : $"{machineKeys.Count} machines")}. The next event is carried out.")
                    : GateAnswer.Conflict($"Not in quarantine any more: {string.Join(", ", free)}. {machineKeys.Count - free.Count} were released.");
            });

    /// <summary>Does what is allowed, for a reason, if the ledger can be written; what the ledger refuses is remembered, so that the pages say it.</summary>
    public async Task<GateAnswer> TryAsync(ConsoleRights right, string reason, Func<Task<GateAnswer>> act)
    {
        if (!facts.May(right)) return GateAnswer.Refused("This console was started without leave to do this.");
        if (string.IsNullOrWhiteSpace(reason)) return GateAnswer.Refused("Say why: a ticket's number, or a few words.");
        if (reason.Length > LongestReason) return GateAnswer.Refused($"Say it in at most {LongestReason} characters.");
        if (state.Now.WhyNoWriting is { } why) return GateAnswer.Refused(why);
        try
        {
            return await act();
        }
        catch (LedgerException fault)
        {
            state.Update(now => now with { Refusal = (fault.Message, time.GetUtcNow()) });
            return GateAnswer.Refused(fault.Message);
        }
        catch (MessagingException fault)
        {
            return GateAnswer.Refused(fault.Message);
        }
        finally
        {
            state.Refresh();
        }
    }

    private Task<GateAnswer> TurnAsync(
        ConsoleRights right, string key, string reason, SwitchRecord? seen, Func<Task<bool>> turn, CancellationToken cancellationToken) =>
        TryAsync(right, reason, async () =>
    {
        if (await reader.ReadSwitchAsync(key, cancellationToken) is var now && now?.Since != seen?.Since) return ConflictBy(now);
        return await turn() ? GateAnswer.Done("Done.") : ConflictBy(await reader.ReadSwitchAsync(key, cancellationToken));
    });

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
