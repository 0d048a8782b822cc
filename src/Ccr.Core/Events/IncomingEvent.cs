namespace Ccr.Core.Events;

/// <summary>A message as the broker delivered it: nothing in it has been looked at yet.</summary>
public sealed record IncomingEvent
{
    /// <summary>
    /// The application property in which our webhook names the source out of its address; the event must then be of that source. It has a name of our
    /// own, since many systems set a property <c>source</c> for purposes of theirs.
    /// </summary>
    public const string SourceProperty = "ccr-source";

    /// <summary>The body, in the format of whoever sent it.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The broker's id of the message; it names the event when the body carries no id of its own.</summary>
    public required string MessageId { get; init; }

    /// <summary>When the broker accepted the message; it dates the event when the body carries no time of its own.</summary>
    public required DateTimeOffset EnqueuedTime { get; init; }

    /// <summary>When the broker's lock on it ends, by the broker's clock, if the host knows.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Whether the broker delivered it before, so that somebody may have worked on it.</summary>
    public bool IsRedelivered { get; init; }

    /// <summary>The sender's content type, if any.</summary>
    public string? ContentType { get; init; }

    /// <summary>The sender's application properties.</summary>
    public IReadOnlyDictionary<string, object> Properties { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);
}
