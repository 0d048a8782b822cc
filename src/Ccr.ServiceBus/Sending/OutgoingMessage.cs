namespace Ccr.ServiceBus;

/// <summary>A message to send.</summary>
public sealed record OutgoingMessage
{
    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>
    /// The id by which an entity with duplicate detection knows a message that is sent again; up to 128 characters.
    /// Default: a new GUID.
    /// </summary>
    public string? MessageId { get; init; } = Guid.NewGuid().ToString("N");

    /// <summary>The id of what this message belongs to.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>What the message is about, in the sender's terms.</summary>
    public string? Subject { get; init; }

    /// <summary>The body's media type, for example <c>application/json</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>How long the message lives once it is in the entity. Default: as long as the entity says.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>When the message appears in the entity. Default: at once.</summary>
    public DateTimeOffset? ScheduledEnqueueTime { get; init; }

    /// <summary>
    /// Properties of the application's own: text, numbers, <see cref="bool"/>, <see cref="Guid"/>, byte arrays,
    /// <see cref="DateTime"/> and <see cref="DateTimeOffset"/>.
    /// </summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; init; } = NoProperties;

    internal static IReadOnlyDictionary<string, object> NoProperties { get; } =
        new Dictionary<string, object>(StringComparer.Ordinal);
}
