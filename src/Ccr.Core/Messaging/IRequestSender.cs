namespace Ccr.Core.Messaging;

/// <summary>The queue <see cref="Entities.Requests"/>, for whoever puts an event on it.</summary>
public interface IRequestSender
{
    /// <summary>Sends; when it returns, the broker has accepted the message.</summary>
    Task SendAsync(OutgoingEvent message, CancellationToken cancellationToken);
}

/// <summary>An event on its way to the queue.</summary>
public sealed record OutgoingEvent
{
    /// <summary>The body, in the format of whoever sent it.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The message's id.</summary>
    public required string MessageId { get; init; }

    /// <summary>The body's media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>When it is to arrive; null for at once.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Its application properties.</summary>
    public required IReadOnlyDictionary<string, object> Properties { get; init; }
}
