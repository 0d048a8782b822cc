namespace Ccr.Core.Decisions;

/// <summary>A time, and how far off it may be: no clock is believed alone.</summary>
/// <param name="Earliest">It is certainly not earlier than this: what must not end too early has ended when this is past its end.</param>
/// <param name="Now">What this computer's clock says.</param>
/// <param name="Latest">It is certainly not later than this: what must not be too short begins here.</param>
/// <remarks>
/// A cool-down begins at <paramref name="Latest"/> and is over at <paramref name="Earliest"/>. So a clock that steps, or that differs from another
/// computer's, can make it longer and never shorter.
/// </remarks>
public sealed record Moment(DateTimeOffset Earliest, DateTimeOffset Now, DateTimeOffset Latest)
{
    private static readonly TimeSpan MinWait = TimeSpan.FromSeconds(1);

    /// <summary>A moment that all clocks agree about.</summary>
    public static Moment Exactly(DateTimeOffset time) => new(time, time, time);

    /// <summary>A time to wait for that is a little ahead at least.</summary>
    public DateTimeOffset Ahead(DateTimeOffset until) => until > Now + MinWait ? until : Now + MinWait;

    /// <summary>When to look again for something that ends at a time: the rest of it is waited for, whatever a clock says.</summary>
    public DateTimeOffset LookAgain(DateTimeOffset end) => Ahead(Now + (end - Earliest));
}
