namespace Ccr.Console.State;

/// <summary>When a source answered last, and what is wrong with it.</summary>
/// <param name="AnsweredAt">The last answer, or null when there was none yet.</param>
/// <param name="Fault">What the last try said, or null when it was answered.</param>
/// <param name="Since">Since when it has not answered.</param>
internal sealed record SourceHealth(DateTimeOffset? AnsweredAt = null, string? Fault = null, DateTimeOffset? Since = null)
{
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TooOld = TimeSpan.FromSeconds(60);

    public SourceHealth Failed(DateTimeOffset now, string fault) => this with { Fault = fault, Since = Since ?? now };

    /// <summary>How far what it said may be believed.</summary>
    public Freshness At(DateTimeOffset now) => AnsweredAt is not { } answered ? Fault is null ? Freshness.Waiting : Freshness.Grey
        : now - answered > TooOld ? Freshness.Grey
        : now - answered > Old ? Freshness.Amber
        : Freshness.Fresh;
}

/// <summary>How old what is shown is.</summary>
internal enum Freshness
{
    /// <summary>Nothing was answered yet.</summary>
    Waiting,

    /// <summary>A few seconds.</summary>
    Fresh,

    /// <summary>More than ten seconds.</summary>
    Amber,

    /// <summary>More than a minute, or never.</summary>
    Grey,
}
