namespace Ccr.Samples;

/// <summary>What a sample does with a message. It may be called twice for one message, and must then do nothing twice.</summary>
internal interface IMessageUse
{
    /// <summary>Does it, or has nothing to do.</summary>
    /// <exception cref="NotNowException">The other side cannot take it now.</exception>
    /// <exception cref="RefusedException">The other side will not take it later either.</exception>
    Task UseAsync(string messageId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken);
}

/// <summary>It may go well later.</summary>
internal sealed class NotNowException(string message) : Exception(message);

/// <summary>It will not go well later: a person must look.</summary>
internal sealed class RefusedException(string message) : Exception(message);

/// <summary>How long a message is tried again before it goes back to the broker.</summary>
internal sealed record RetryPlan
{
    /// <summary>The first wait. Each next one is twice as long.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// After how many tries the message goes back to the broker, which gives it out again: 12 are eight minutes, so that ten deliveries last more than
    /// an hour. After them the message is in the dead-letter queue, and not lost.
    /// </summary>
    public int Tries { get; init; } = 12;
}
