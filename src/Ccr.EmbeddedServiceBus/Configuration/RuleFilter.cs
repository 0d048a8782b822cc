namespace Ccr.EmbeddedServiceBus.Configuration;

/// <summary>What a subscription's rule lets through.</summary>
public abstract record RuleFilter
{
    private RuleFilter() { }

    /// <summary>Matches every message.</summary>
    public sealed record MatchAll : RuleFilter;

    /// <summary>Matches no message.</summary>
    public sealed record MatchNone : RuleFilter;

    /// <summary>Matches a message that has each of the given values; null means "any".</summary>
    /// <remarks>Values are compared exactly, with regard to case; property names too.</remarks>
    public sealed record Correlation : RuleFilter
    {
        /// <summary>Gets the required correlation id.</summary>
        public string? CorrelationId { get; init; }

        /// <summary>Gets the required message id.</summary>
        public string? MessageId { get; init; }

        /// <summary>Gets the required address in <c>to</c>.</summary>
        public string? To { get; init; }

        /// <summary>Gets the required reply address.</summary>
        public string? ReplyTo { get; init; }

        /// <summary>Gets the required subject.</summary>
        public string? Label { get; init; }

        /// <summary>Gets the required session id.</summary>
        public string? SessionId { get; init; }

        /// <summary>Gets the required session id for replies.</summary>
        public string? ReplyToSessionId { get; init; }

        /// <summary>Gets the required content type.</summary>
        public string? ContentType { get; init; }

        /// <summary>Gets the required application properties.</summary>
        public IReadOnlyDictionary<string, object> Properties { get; init; } = new Dictionary<string, object>(StringComparer.Ordinal);
    }
}
