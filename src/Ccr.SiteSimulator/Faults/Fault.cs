namespace Ccr.SiteSimulator.Faults;

/// <summary>What stands in the place of the ordinary answer.</summary>
internal enum FaultKind
{
    /// <summary>Nothing: the ordinary answer, late or slow.</summary>
    None,
    Status,
    Redirect,
    Close,
    Reset,
    Silence,
    Garbage,
    EndlessBody,
    EndlessHeaders,
}

/// <summary>One way to misbehave.</summary>
/// <param name="Kind">What stands in the place of the ordinary answer.</param>
/// <param name="Status">The status that the client is told; null when it is told none, or the ordinary one.</param>
/// <param name="WriteCcr">Whether the CCR is written although the ordinary answer is not given.</param>
/// <param name="Delay">How long the answer, or what stands in its place, is held back.</param>
/// <param name="BytePause">The time between two bytes of the answer; zero sends it in one go.</param>
internal sealed record Fault(FaultKind Kind, int? Status, bool WriteCcr, TimeSpan Delay, TimeSpan BytePause)
{
    /// <summary>The body that goes with <see cref="Status"/>; of an AdminService only.</summary>
    public string Body { get; init; } = "";

    public string ContentType { get; init; } = "application/json";

    /// <summary>A header line that goes with <see cref="Status"/>.</summary>
    public string? Header { get; init; }

    /// <summary>How far the times of devices are off; of an AdminService only.</summary>
    public TimeSpan Shift { get; init; }

    /// <summary>Whether the state of a push is told as a number instead of a word; of an AdminService only.</summary>
    public bool NumericStatus { get; init; }

    public static Fault None { get; } = new(FaultKind.None, null, false, TimeSpan.Zero, TimeSpan.Zero);
}
