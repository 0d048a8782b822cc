using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Views;

namespace Ccr.Core.Processing;

/// <summary>A request that is being carried out.</summary>
/// <param name="Request">The request.</param>
/// <param name="Draft">What its result says, whatever the outcome will be.</param>
/// <param name="Message">The message that brought it.</param>
/// <param name="Said">The code that was last published for it while it waited.</param>
/// <param name="IsAnswered">Whether its result, if it has one, was published before.</param>
internal sealed record RequestInHand(ReinstallRequest Request, ResultDraft Draft, IncomingEvent Message, string? Said, bool IsAnswered)
{
    /// <summary>Whether its machine is claimed without reading, as long as everything is as for one that nothing is known of.</summary>
    public bool ClaimsUnread { get; set; }

    /// <summary>Whether its machine was looked at before the push.</summary>
    public bool IsLookedAt { get; set; }

    /// <summary>What the site showed of its machine then.</summary>
    public SiteView? Before { get; set; }

    /// <summary>Its place at the gate of a management point, once it has one.</summary>
    public SitePass? Pass { get; set; }

    /// <summary>Whether the last thing that was published for it is that an agent was handed it.</summary>
    public bool WasDispatched => Said == DecisionReasons.Dispatched.Code;

    public Moment Read(Clock clock) => clock.Read(Message.EnqueuedTime, Message.LockedUntil);

    public void GivePassBack()
    {
        Pass?.Dispose();
        Pass = null;
    }
}

/// <summary>How one part of an event ended, or until when it waits.</summary>
internal sealed record PartEnd(int Part, ReinstallResult? Result, DateTimeOffset? LookAt, string? Said)
{
    public static PartEnd Ended(ReinstallResult result) => new(result.Part - 1, result, null, null);

    public static PartEnd Waits(RequestInHand hand, DateTimeOffset lookAt, string? said) => new(hand.Draft.Index, null, lookAt, said);
}
