namespace Ccr.Console.State;

/// <summary>How long the oldest request of each site had waited, minute by minute since this console started. What was not seen is unknown.</summary>
internal sealed class WaitingHistory
{
    /// <summary>How long it is kept.</summary>
    public static readonly TimeSpan Span = TimeSpan.FromHours(24);

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    private WaitingSample[] _samples = [];

    /// <summary>The samples, oldest first; what was given out never changes.</summary>
    public IReadOnlyList<WaitingSample> Samples => _samples;

    /// <summary>Adds what a count of all machines found, once a minute at most.</summary>
    public void Add(MachineCounts counts)
    {
        if (_samples is [.., var last] && counts.At - last.At < Step) return;
        var ages = counts.WaitingSince.ToDictionary(site => site.Key, site => counts.At - site.Value, StringComparer.Ordinal);
        _samples = [.. _samples.Where(sample => sample.At > counts.At - Span), new WaitingSample(counts.At, ages)];
    }
}

/// <summary>What was seen at one moment.</summary>
/// <param name="At">The moment.</param>
/// <param name="Ages">How long the oldest request of a site had waited; a site that is not in it had none.</param>
internal sealed record WaitingSample(DateTimeOffset At, IReadOnlyDictionary<string, TimeSpan> Ages);
