namespace Ccr.Core.Ledger;

/// <summary>What people do to the ledger by hand.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="time">The clock that is noted.</param>
/// <param name="by">Who does it, for others to read.</param>
public sealed class LedgerOperator(ILedgerStore ledger, TimeProvider time, string by)
{
    /// <summary>Pauses all submissions, or lets them go on; false when that was so already.</summary>
    public Task<bool> PauseAsync(bool on, CancellationToken cancellationToken) => TurnAsync(SwitchRecord.PauseKey, on, cancellationToken);

    /// <summary>
    /// Holds every machine until a time, since a ledger that was restored does not know what was pushed after its backup was made. It is a pause that
    /// ends by itself, and like any pause it can be ended before; a pause without an end can take its place, and is not shortened by it: false then.
    /// </summary>
    public Task<bool> HoldAsync(DateTimeOffset until, CancellationToken cancellationToken) =>
        TurnAsync(SwitchRecord.PauseKey, true, cancellationToken, until, " (ledger restored)");

    /// <summary>Lets the storm brake of a site go; false when it does not hold.</summary>
    public Task<bool> ReleaseBrakeAsync(string site, CancellationToken cancellationToken) => TurnAsync(SwitchRecord.BrakeKey(site), false, cancellationToken);

    /// <summary>Ends the quarantine of a machine, and forgets how often it was pushed and to what avail; false when it is not in quarantine.</summary>
    /// <remarks>A cool-down that has not ended goes on.</remarks>
    public async Task<bool> ReleaseMachineAsync(string machineKey, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await ledger.ReadAsync(machineKey, "", cancellationToken);
            if (state.Machine?.Quarantine is null) return false;
            if (await ledger.TryWriteAsync(state, Released(state.Machine), null, cancellationToken) is not null) return true;
        }
    }

    private static MachineRecord Released(MachineRecord machine) =>
        machine with { Quarantine = null, Pushes = [], Awaited = [.. machine.Awaited.Where(awaited => !awaited.IsOver)] };

    private async Task<bool> TurnAsync(string key, bool on, CancellationToken cancellationToken, DateTimeOffset? until = null, string why = "")
    {
        while (true)
        {
            var state = await ledger.ReadSwitchAsync(key, cancellationToken);
            var now = time.GetUtcNow();
            var record = state.Record ?? new SwitchRecord(key, false, now);
            if (record.On == on && (record.Until is null || record.Until == until)) return false;
            if (await ledger.TryWriteSwitchAsync(state, record.Turn(on, now, by + why) with { Until = until }, cancellationToken)) return true;
        }
    }
}
