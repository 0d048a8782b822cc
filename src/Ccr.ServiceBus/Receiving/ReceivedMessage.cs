namespace Ccr.ServiceBus;

/// <summary>A message as the broker delivered it.</summary>
public sealed record ReceivedMessage
{
    /// <summary>The body; of a message sent as an AMQP text value, the text in UTF-8.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The sender's id of the message.</summary>
    public string? MessageId { get; init; }

    /// <summary>The id of what the message belongs to.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the message is about, in the sender's terms.</summary>
    public string? Subject { get; init; }

    /// <summary>The body's media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>The application's own properties; those without a value are left out.</summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; init; } = OutgoingMessage.NoProperties;

    /// <summary>How often it was delivered, this time included: 1 the first time. 0 for a peeked message never delivered.</summary>
    public int DeliveryCount { get; init; }

    /// <summary>The entity's number for it.</summary>
    public long SequenceNumber { get; init; }

    /// <summary>When the entity accepted it.</summary>
    public DateTimeOffset EnqueuedTime { get; init; }

    /// <summary>Until when it was locked at delivery, by the broker's clock; renewals show in the settlement.</summary>
    public DateTimeOffset LockedUntil { get; init; }

    /// <summary>The lock on this delivery; empty for a peeked message.</summary>
    public Guid LockToken { get; init; }

    /// <summary>When it expires; <see cref="DateTimeOffset.MaxValue"/> if never.</summary>
    public DateTimeOffset ExpiresAt { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Why it was dead-lettered, for a message from a dead-letter queue.</summary>
    public string? DeadLetterReason { get; init; }

    /// <summary>More about why it was dead-lettered.</summary>
    public string? DeadLetterErrorDescription { get; init; }

    /// <summary>The entity that it was dead-lettered in, if it was forwarded from there.</summary>
    public string? DeadLetterSource { get; init; }

    /// <summary>The application's own properties, without those that say why it was dead-lettered.</summary>
    public IReadOnlyDictionary<string, object> PropertiesAsSent => ApplicationProperties
        .Where(property => property.Key is not ("DeadLetterReason" or "DeadLetterErrorDescription"))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>Makes a message to send with the same content and a given id.</summary>
    public OutgoingMessage ToOutgoing(string? messageId) => new()
    {
        Body = Body,
        MessageId = messageId,
        CorrelationId = CorrelationId,
        Subject = Subject,
        ContentType = ContentType,
        ApplicationProperties = PropertiesAsSent,
    };
}
