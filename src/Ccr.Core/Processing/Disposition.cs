using Ccr.Core.Events;
using Ccr.Core.Results;

namespace Ccr.Core.Processing;

/// <summary>How the host is to settle the message of an event.</summary>
public abstract record Disposition
{
    private Disposition()
    {
    }

    /// <summary>Everything is answered: complete it.</summary>
    public sealed record Complete : Disposition;

    /// <summary>Nothing in it could be used: dead-letter it, for somebody to look at.</summary>
    /// <param name="Reason">The dead-letter reason is the code.</param>
    /// <param name="Description">The dead-letter description.</param>
    public sealed record DeadLetter(ReasonCode Reason, string Description) : Disposition;

    /// <summary>Some of it must wait: schedule a copy of the message, with these properties on it, then complete it.</summary>
    /// <param name="At">When the copy is to arrive.</param>
    /// <param name="Properties">What the copy says about itself, for <see cref="Redelivery"/>.</param>
    public sealed record RetryAt(DateTimeOffset At, IReadOnlyDictionary<string, object> Properties) : Disposition;
}
