using Ccr.EmbeddedServiceBus.Wire;

namespace Ccr.EmbeddedServiceBus.Management;

/// <summary>Lists, adds and removes a subscription's rules. They last until the broker's next start.</summary>
internal static class RuleOperations
{
    private const ulong RuleDescription = 0x13700000004;
    private const ulong EmptyAction = 0x13700000005;
    private const ulong TrueFilter = 0x1370000007;
    private const ulong FalseFilter = 0x1370000008;
    private const ulong CorrelationFilter = 0x1370000009;

    public static ManagementResponse Enumerate(Subscription subscription, ManagementRequest request)
    {
        var page = subscription.Rules
            .Skip((int)request.Number("skip", 0))
            .Take((int)request.Number("top", 100))
            .Select(r => new Map { ["rule-description"] = Describe(r) });
        var rules = new List();
        foreach (var rule in page)
            rules.Add(rule);
        return rules.Count == 0 ? ManagementResponse.Nothing() : ManagementResponse.Ok(new Map { ["rules"] = rules });
    }

    public static ManagementResponse Add(Subscription subscription, ManagementRequest request, DateTime now)
    {
        var name = request.Required<string>("rule-name");
        if (subscription.HasMostRules)
            return ManagementResponse.Failed(403, Errors.Full(subscription.Queue.Path));
        var description = request.Required<Map>("rule-description");
        if (Value<Map>(description, "sql-rule-action") is { } action && !string.IsNullOrEmpty(Value<string>(action, "expression")))
            throw NoSql("SQL actions");
        var filter = Value<Map>(description, "correlation-filter") is { } correlation
            ? ReadCorrelation(correlation)
            : ReadSql(Value<string>(Value<Map>(description, "sql-filter") ?? [], "expression"));
        return subscription.AddRule(new RuleConfig(name, filter), now)
            ? ManagementResponse.Ok()
            : ManagementResponse.Failed(409, Errors.Of(Errors.EntityExists, $"The rule '{name}' exists already."));
    }

    public static ManagementResponse Remove(Subscription subscription, ManagementRequest request)
    {
        var name = request.Required<string>("rule-name");
        return subscription.RemoveRule(name)
            ? ManagementResponse.Ok()
            : ManagementResponse.Failed(404, Errors.EntityNotFound($"{subscription.Queue.Path}/Rules/{name}"));
    }

    private static RuleFilter ReadSql(string? expression) => expression?.Replace(" ", string.Empty, StringComparison.Ordinal) switch
    {
        "1=1" => new RuleFilter.MatchAll(),
        "1=0" => new RuleFilter.MatchNone(),
        _ => throw NoSql("SQL filters other than 1=1 and 1=0"),
    };

    private static RuleFilter.Correlation ReadCorrelation(Map filter) => new()
    {
        CorrelationId = Value<string>(filter, "correlation-id"),
        MessageId = Value<string>(filter, "message-id"),
        To = Value<string>(filter, "to"),
        ReplyTo = Value<string>(filter, "reply-to"),
        Label = Value<string>(filter, "label"),
        SessionId = Value<string>(filter, "session-id"),
        ReplyToSessionId = Value<string>(filter, "reply-to-session-id"),
        ContentType = Value<string>(filter, "content-type"),
        Properties = Outcomes.Values(Value<Map>(filter, "properties")),
    };

    private static DescribedValue Describe(ActiveRule rule)
    {
        var filter = rule.Rule.Filter switch
        {
            RuleFilter.MatchAll => new DescribedValue(TrueFilter, new List()),
            RuleFilter.Correlation correlation => new DescribedValue(CorrelationFilter, Describe(correlation)),
            _ => new DescribedValue(FalseFilter, new List()),
        };
        var action = new DescribedValue(EmptyAction, new List());
        return new DescribedValue(RuleDescription, new List { filter, action, rule.Rule.Name, rule.CreatedAt });
    }

    private static List Describe(RuleFilter.Correlation filter)
    {
        var properties = new Map();
        foreach (var (key, value) in filter.Properties)
            properties[key] = value;
        return
        [
            filter.CorrelationId, filter.MessageId, filter.To, filter.ReplyTo, filter.Label,
            filter.SessionId, filter.ReplyToSessionId, filter.ContentType, properties,
        ];
    }

    private static T? Value<T>(Map map, string key)
        where T : class => map.TryGetValue(key, out var value) ? value as T : null;

    private static AmqpException NoSql(string what) =>
        new(Errors.Of(ErrorCode.NotImplemented, $"This broker has no {what}; use a correlation filter, or the official emulator."));
}
