namespace Ccr.Core.Results;

/// <summary>A broker did not do what it was asked. Each host throws its own kind.</summary>
/// <param name="reason">The catalogue entry.</param>
/// <param name="cause">What happened, without the code.</param>
/// <param name="message">The whole of it, in one line.</param>
/// <param name="inner">What the client threw.</param>
public abstract class BrokerException(ReasonCode reason, string cause, string message, Exception? inner) : Exception(message, inner)
{
    /// <summary>The catalogue entry.</summary>
    public ReasonCode Reason { get; } = reason;

    /// <summary>What happened, without the code.</summary>
    public string Cause { get; } = cause;

    /// <summary>Whether it is about the way to an entity, so that the same may succeed later. A lost lock never comes back.</summary>
    public abstract bool IsAboutTheWay { get; }

    /// <summary>Whether the message that was to be sent certainly was not; else it may be there.</summary>
    public abstract bool IsCertainlyNotSent { get; }
}
