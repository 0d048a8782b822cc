using Ccr.Core.Configuration;

namespace Ccr.Core.Ledger;

/// <summary>How long the ledger keeps what is over.</summary>
public sealed class LedgerOptions
{
    /// <summary>
    /// How long results are kept, default 90 days: for <c>ccr history</c>, and so that an event that comes again gets the same answer. It may not be
    /// shorter than an event can come again and still be acted on.
    /// </summary>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(90);

    /// <summary>How often <c>ccr process</c> deletes what is older, default every 6 hours. The function app does by its own timer.</summary>
    public TimeSpan PruneEvery { get; set; } = TimeSpan.FromHours(6);

    internal IEnumerable<ConfigurationFault> FindFaults(string key, TimeSpan shortest)
    {
        if (KeepFor < shortest || KeepFor > TimeSpan.FromDays(3650))
        {
            yield return key.Fault(nameof(KeepFor), $"is {KeepFor}: write a time from {shortest} (a week, and the maximum age, the cool-down and the retry " +
                "time that are configured; or a day more than pushes are awaited) to 3650.00:00:00, for example 90.00:00:00.");
        }

        if (PruneEvery < TimeSpan.FromMinutes(1) || PruneEvery > TimeSpan.FromDays(7))
            yield return key.Fault(nameof(PruneEvery), $"is {PruneEvery}: write a time from 00:01:00 to 7.00:00:00, for example 06:00:00.");
    }
}
