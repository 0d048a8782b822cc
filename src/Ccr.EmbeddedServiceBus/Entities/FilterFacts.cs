namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>What rules look at in one message, decoded when the first of them asks.</summary>
internal sealed class FilterFacts(MessageContent content)
{
    private readonly Lazy<Properties> _properties = new(() => content.Properties);
    private readonly Lazy<ApplicationProperties?> _application = new(() => content.ApplicationProperties);

    private Properties Properties => _properties.Value;

    public bool Match(RuleFilter filter) => filter switch
    {
        RuleFilter.MatchAll => true,
        RuleFilter.Correlation correlation => Match(correlation),
        _ => false,
    };

    private bool Match(RuleFilter.Correlation filter) =>
        Is(filter.CorrelationId, () => Properties.GetCorrelationId())
        && Is(filter.MessageId, () => Properties.GetMessageId())
        && Is(filter.To, () => Properties.To)
        && Is(filter.ReplyTo, () => Properties.ReplyTo)
        && Is(filter.Label, () => Properties.Subject)
        && Is(filter.SessionId, () => Properties.GroupId)
        && Is(filter.ReplyToSessionId, () => Properties.ReplyToGroupId)
        && Is(filter.ContentType, () => Properties.ContentType)
        && filter.Properties.All(p => _application.Value?.Map is { } map && map.TryGetValue(p.Key, out var value) && Same(p.Value, value));

    private static bool Is(string? wanted, Func<object?> actual) => wanted is null || string.Equals(wanted, actual()?.ToString(), StringComparison.Ordinal);

    /// <summary>Compares numbers by value, whatever their encoded width, and everything else exactly.</summary>
    private static bool Same(object wanted, object? actual)
    {
        if (wanted is string or Symbol)
            return actual is string or Symbol && string.Equals(wanted.ToString(), actual.ToString(), StringComparison.Ordinal);
        return Number(wanted) is { } number ? number.Equals(Number(actual)) : wanted.Equals(actual);
    }

    private static double? Number(object? value) => value switch
    {
        sbyte or byte or short or ushort or int or uint or long or ulong or float or double or decimal => Convert.ToDouble(value),
        _ => null,
    };
}
