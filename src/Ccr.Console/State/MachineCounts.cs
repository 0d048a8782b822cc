namespace Ccr.Console.State;

/// <summary>What a count of all machines found.</summary>
internal sealed record MachineCounts
{
    /// <summary>When it was done.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How many stand how, and since when.</summary>
    public Census Census { get; init; } = new();

    /// <summary>Requests whose answer is past due.</summary>
    public int Overdue { get; init; }

    public DateTimeOffset? OverdueSince { get; init; }

    /// <summary>Since when the oldest request of a site waits; a request that has no site yet counts under "".</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> WaitingSince { get; init; } = new Dictionary<string, DateTimeOffset>();

    /// <summary>What became of the pushes of the last day, by site.</summary>
    public IReadOnlyDictionary<string, ComeBack> ComeBacks { get; init; } = new Dictionary<string, ComeBack>();

    /// <summary>Which share of a day's machines is back by time, by how many days ago that day was.</summary>
    public IReadOnlyDictionary<int, ShareBack> ShareBack { get; init; } = new Dictionary<int, ShareBack>();

    public int Of(MachineState state) => Census.Count(state);
}

/// <summary>What became of the pushes of one site.</summary>
public sealed record ComeBack
{
    /// <summary>The client is back.</summary>
    public int Back { get; init; }

    /// <summary>The site tried, failed, and tries again.</summary>
    public int InRetry { get; init; }

    /// <summary>Given up.</summary>
    public int NotBack { get; init; }

    /// <summary>Still being looked for.</summary>
    public int Open { get; init; }

    /// <summary>Nobody could say.</summary>
    public int Unknown { get; init; }

    /// <summary>The middle one of the times from push to being back.</summary>
    public TimeSpan? MedianTime { get; init; }

    /// <summary>How many were asked about; those that were not are never counted as not back.</summary>
    public int Asked => Back + InRetry + NotBack + Open + Unknown;
}
