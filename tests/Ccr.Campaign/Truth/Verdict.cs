namespace Ccr.Campaign.Truth;

/// <summary>What happened, in numbers.</summary>
internal sealed record Counts
{
    /// <summary>Events that were sent, or tried to be.</summary>
    public int Attempted { get; init; }

    /// <summary>Events that the broker said it has.</summary>
    public int Acknowledged { get; init; }

    /// <summary>Terminal results, each counted once.</summary>
    public int Results { get; init; }

    /// <summary>Terminal results that were heard again.</summary>
    public int Repeated { get; init; }

    /// <summary>SMS_POST requests in the management point's log.</summary>
    public int Submissions { get; init; }

    /// <summary>Results that say Accepted.</summary>
    public int Accepted { get; init; }

    /// <summary>Results that say that nobody knows.</summary>
    public int Indeterminate { get; init; }

    /// <summary>Messages in the dead-letter queue at the end.</summary>
    public int DeadLetters { get; init; }

    /// <summary>Messages that still waited at the end.</summary>
    public int Waiting { get; init; }

    public static Counts operator +(Counts a, Counts b) => new()
    {
        Attempted = a.Attempted + b.Attempted,
        Acknowledged = a.Acknowledged + b.Acknowledged,
        Results = a.Results + b.Results,
        Repeated = a.Repeated + b.Repeated,
        Submissions = a.Submissions + b.Submissions,
        Accepted = a.Accepted + b.Accepted,
        Indeterminate = a.Indeterminate + b.Indeterminate,
        DeadLetters = a.DeadLetters + b.DeadLetters,
        Waiting = a.Waiting + b.Waiting,
    };

    public static Counts Add(Counts left, Counts right) => left + right;
}

/// <summary>What the checker found.</summary>
/// <param name="Counts">The numbers.</param>
/// <param name="Lost">Acknowledged events without a terminal result.</param>
/// <param name="Duplicated">Machines that were pushed more than once, and requests with results that differ.</param>
/// <param name="Unexpected">What nobody asked for, what the log contradicts, and what the scenario did not expect.</param>
internal sealed record Verdict(Counts Counts, IReadOnlyList<string> Lost, IReadOnlyList<string> Duplicated, IReadOnlyList<string> Unexpected)
{
    public static Verdict Nothing { get; } = new(new Counts(), [], [], []);

    public bool IsSound => Lost.Count == 0 && Duplicated.Count == 0 && Unexpected.Count == 0;

    public static Verdict operator +(Verdict a, Verdict b) =>
        new(a.Counts + b.Counts, [.. a.Lost, .. b.Lost], [.. a.Duplicated, .. b.Duplicated], [.. a.Unexpected, .. b.Unexpected]);

    public static Verdict Add(Verdict left, Verdict right) => left + right;

    /// <summary>Adds what a scenario expected otherwise.</summary>
    public Verdict Expect(bool holds, string otherwise) => holds ? this : this with { Unexpected = [.. Unexpected, otherwise] };
}
