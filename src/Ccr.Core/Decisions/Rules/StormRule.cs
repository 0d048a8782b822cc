using Ccr.Core.Configuration;
using Ccr.Core.Ledger;
using Ccr.Core.Results;

namespace Ccr.Core.Decisions.Rules;

/// <summary>When so many machines of a site are reported that it must be an outage of something else.</summary>
public sealed class StormOptions
{
    /// <summary>How many machines of one site may be pushed within <see cref="Window"/>, default 500; 0 sets no limit.</summary>
    public int MaxMachines { get; set; } = 500;

    /// <summary>The time in which they are counted, default one hour.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The brake lets go when no new machine was reported for this long, default 30 minutes.</summary>
    public TimeSpan QuietTime { get; set; } = TimeSpan.FromMinutes(30);

    internal IEnumerable<ConfigurationFault> FindFaults(string key)
    {
        if (MaxMachines is < 0 or > 100_000)
            yield return key.Fault(nameof(MaxMachines), $"is {MaxMachines}: write a number from 0 (no limit) to 100000, for example 500.");
        if (Window < TimeSpan.FromMinutes(1) || Window > TimeSpan.FromDays(1))
            yield return key.Fault(nameof(Window), $"is {Window}: write a time from 00:01:00 to 1.00:00:00, for example 01:00:00.");
        if (QuietTime < TimeSpan.FromMinutes(1) || QuietTime > TimeSpan.FromDays(1))
            yield return key.Fault(nameof(QuietTime), $"is {QuietTime}: write a time from 00:01:00 to 1.00:00:00, for example 00:30:00.");
    }
}

/// <summary>The storm brake of a site: too many machines at once are held until a person or a quiet time lets go.</summary>
internal static class StormRule
{
    /// <summary>The switch is written at most this often for the machines that still come.</summary>
    private static readonly TimeSpan StirStep = TimeSpan.FromSeconds(15);

    /// <summary>The note to be made of a machine before it is decided about.</summary>
    public static Sighting SightingOf(ReinstallRequest request, SwitchRecord? brake, Moment at, StormOptions options)
    {
        var window = at.Now - options.Window;
        var (keepSince, countSince) = brake switch
        {
            { On: true } => (Min(window, brake.Since - options.Window), window),

            // What the brake held when it let go passes, and is not counted again.
            { Before: { } engaged } when at.Now < brake.Since + options.Window => (Min(window, engaged - options.Window), brake.Since.AddTicks(1)),
            _ => (window, window),
        };
        return new Sighting(request.Site.Key, request.LedgerKey, at.Now, keepSince, countSince, options.MaxMachines);
    }

    public static Decision? Decide(ReinstallRequest request, SwitchState brake, Sighted sighted, Moment at, StormOptions options, TimeSpan lookAfter)
    {
        if (brake.Record is { On: true } on) return DecideEngaged(request, brake, on, sighted, at, options, lookAfter);
        if (sighted.IsWithinLimit || (brake.Record is { } since && sighted.Since <= since.Since)) return null;

        var verdict = new Verdict(
            Outcome.Deferred, DecisionReasons.Storm, $"more than {options.MaxMachines} machines of the site {request.Site.Key} were reported within " +
                $"{options.Window}");
        var released = brake.Record ?? new SwitchRecord(brake.Key, false, at.Now);
        return new Decision.Turn(brake, released.Turn(true, at.Now, "storm brake"), verdict);
    }

    private static Decision DecideEngaged(
        ReinstallRequest request, SwitchState brake, SwitchRecord on, Sighted sighted, Moment at, StormOptions options, TimeSpan lookAfter)
    {
        var stirred = on.Stirred ?? on.Since;
        if (at.Now - stirred >= options.QuietTime)
            return new Decision.Turn(brake, on.Turn(false, at.Now, "quiet time"));
        if (sighted.Since - stirred >= StirStep)
            return new Decision.Turn(brake, on with { Stirred = sighted.Since });

        var verdict = new Verdict(Outcome.Deferred, DecisionReasons.Storm, $"the storm brake of the site {request.Site.Key} holds since {on.Since:u}");
        return new Decision.Defer(verdict, at.Now + Spread.Over(lookAfter, request.Id));
    }

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
