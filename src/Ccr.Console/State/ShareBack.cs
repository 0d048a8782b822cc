namespace Ccr.Console.State;

/// <summary>
/// Which share of the machines of one day's pushes was back so many hours after it. Only pushes that are that old count, and only those of which somebody
/// could say something: nobody knows is not "not back".
/// </summary>
internal sealed class ShareBack
{
    private readonly int[] _asked = new int[Hours.Count];
    private readonly int[] _back = new int[Hours.Count];

    /// <summary>The hours at which it is looked, from a quarter of an hour to a week.</summary>
    public static IReadOnlyList<double> Hours { get; } = [0.25, 0.5, 1, 2, 4, 8, 12, 24, 48, 96, 168];

    /// <summary>The share at each of the hours in percent; null where no push is that old.</summary>
    public IReadOnlyList<double?> Percent => [.. _asked.Select((asked, i) => asked == 0 ? null : (double?)(_back[i] * 100.0 / asked))];

    /// <summary>How many pushes it is of.</summary>
    public int Pushes { get; private set; }

    /// <summary>Adds a push.</summary>
    public void Add(Awaited push, DateTimeOffset now)
    {
        if (push.Said?.Outcome == VerificationOutcome.Unknown) return;
        Pushes++;
        var back = push.Said is { Outcome: VerificationOutcome.Verified } said ? said.Time - push.Since : (TimeSpan?)null;
        for (var i = 0; i < Hours.Count && TimeSpan.FromHours(Hours[i]) <= now - push.Since; i++)
        {
            _asked[i]++;
            if (back <= TimeSpan.FromHours(Hours[i])) _back[i]++;
        }
    }
}
