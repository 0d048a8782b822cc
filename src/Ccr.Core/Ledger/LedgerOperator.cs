using System.Globalization;
using System.Security.Cryptography;

namespace Ccr.Core.Ledger;

/// <summary>What people do to the ledger by hand. Each change is written with who made it, why, and what it was before.</summary>
/// <param name="ledger">The ledger.</param>
/// <param name="time">The clock that is noted.</param>
/// <param name="who">Who does it.</param>
public sealed class LedgerOperator(IOperatorLedger ledger, TimeProvider time, Person who)
{
    /// <summary>Pauses all submissions, or those to one site; false when that was so already, for the same time.</summary>
    /// <param name="site">The key of the site, or null for all of them.</param>
    /// <param name="until">When it ends by itself, or null when somebody has to end it.</param>
    /// <param name="why">Why.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<bool> PauseAsync(string? site, DateTimeOffset? until, string? why, CancellationToken cancellationToken) =>
        TurnAsync(PauseOf(site), "pause on", true, until, why, cancellationToken);

    /// <summary>Ends a pause; false when there is none.</summary>
    public Task<bool> ResumeAsync(string? site, string? why, CancellationToken cancellationToken) =>
        TurnAsync(PauseOf(site), "pause off", false, null, why, cancellationToken);

    /// <summary>
    /// Holds every machine until a time, since a ledger that was restored does not know what was pushed after its backup was made. It is a pause that
    /// ends by itself, and like any pause it can be ended before. One that holds longer, or has no end, is not shortened by it: false then.
    /// </summary>
    public async Task<bool> HoldAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        var pause = (await ledger.ReadSwitchAsync(SwitchRecord.PauseKey, cancellationToken)).Record;
        if (pause is { On: true } && (pause.Until is null || pause.Until >= until)) return false;
        return await PauseAsync(null, until, "ledger restored", cancellationToken);
    }

    /// <summary>Lets the storm brake of a site go; false when it does not hold.</summary>
    public Task<bool> ReleaseBrakeAsync(string site, string? why, CancellationToken cancellationToken) =>
        TurnAsync(SwitchRecord.BrakeKey(site), "brake release", false, null, why, cancellationToken);

    /// <summary>Ends the quarantine of a machine, and forgets how often it was pushed and to what avail; false when it is not in quarantine.</summary>
    /// <remarks>A cool-down that has not ended goes on.</remarks>
    public async Task<bool> ReleaseMachineAsync(string machineKey, string? why, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await ledger.ReadAsync(machineKey, "", cancellationToken);
            if (state.Machine?.Quarantine is not { } quarantine) return false;

            var action = Begin("machine release", machineKey, why) with
            {
                Before = string.Create(
                    CultureInfo.InvariantCulture, $"in quarantine since {quarantine.Since:u} by {quarantine.RequestId}, {state.Machine.Pushes.Count} pushes"),
                After = "released",
                Outcome = ActionOutcome.Done,
                Done = 1,
            };
            if (await ledger.TryWriteMachineAsync(state, Released(state.Machine), action, cancellationToken)) return true;
        }
    }

    /// <summary>The record of an action that begins now.</summary>
    public OperatorAction Begin(string kind, string target, string? why)
    {
        var now = time.GetUtcNow();
        return new OperatorAction { Id = NewId(now), At = now, Kind = kind, Target = target, Reason = why, Who = who };
    }

    /// <summary>Ticks that sort as text, and a chance part, so that no two are the same.</summary>
    private static string NewId(DateTimeOffset at) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcTicks:D19}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}");

    private static string PauseOf(string? site) => site is null ? SwitchRecord.PauseKey : SwitchRecord.PauseKeyOf(site);

    private static MachineRecord Released(MachineRecord machine) =>
        machine with { Quarantine = null, Pushes = [], Awaited = [.. machine.Awaited.Where(awaited => !awaited.IsOver)] };

    private async Task<bool> TurnAsync(string key, string kind, bool on, DateTimeOffset? until, string? why, CancellationToken cancellationToken)
    {
        while (true)
        {
            var state = await ledger.ReadSwitchAsync(key, cancellationToken);
            var now = time.GetUtcNow();
            var record = state.Record ?? new SwitchRecord(key, false, now);

            // A pause that has ended by itself is no pause any more.
            if (record.HoldsAt(now) == on && (!on || record.Until == until)) return false;

            var next = record.Turn(on, now, who.Name) with { Until = until, Reason = why };
            var action = Begin(kind, next.Site ?? "all", why) with
            {
                Before = Describe(record),
                After = Describe(next),
                Outcome = ActionOutcome.Done,
                Done = 1,
            };
            if (await ledger.TryWriteSwitchAsync(state, next, action, cancellationToken)) return true;
        }
    }

    private static string Describe(SwitchRecord record)
    {
        var end = record is { On: true, Until: { } until } ? string.Create(CultureInfo.InvariantCulture, $" until {until:u}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(record.On ? "on" : "off")} since {record.Since:u}{end}");
    }
}
