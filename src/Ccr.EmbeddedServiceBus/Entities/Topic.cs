namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>One topic: what is sent to it is copied to every subscription with a matching rule.</summary>
internal sealed class Topic : IMessageTarget
{
    private readonly TimeSpan _timeToLive;

    public Topic(TopicConfig config, EntityContext context)
    {
        _timeToLive = config.DefaultMessageTimeToLive;
        Subscriptions = [.. config.Subscriptions.Select(s => new Subscription(config.Name, s, context))];
        var intake = new QueueConfig(config.Name)
        {
            DuplicateDetectionWindow = config.DuplicateDetectionWindow,
            DefaultMessageTimeToLive = config.DefaultMessageTimeToLive,
        };
        Intake = new MessageQueue(config.Name, intake, context) { ForwardTo = this };
    }

    /// <summary>Gets the way in: it drops repeats, keeps scheduled messages until they are due, and never holds others.</summary>
    public MessageQueue Intake { get; }

    public IReadOnlyList<Subscription> Subscriptions { get; }
    public bool IsFull => Subscriptions.Any(s => s.Queue.IsFull);

    public bool HasRoomFor(int messages, int bytes) => Subscriptions.All(s => s.Queue.HasRoomFor(messages, bytes));

    public void Send(Arrival arrival, DateTime now)
    {
        var facts = new FilterFacts(arrival.Content);
        foreach (var subscription in Subscriptions)
        {
            if (subscription.Matches(facts))
                subscription.Queue.Deliver(arrival with { LongestLife = _timeToLive }, now);
        }
    }
}

/// <summary>A rule in use.</summary>
internal sealed record ActiveRule(RuleConfig Rule, DateTime CreatedAt);

/// <summary>One subscription: a queue behind rules.</summary>
internal sealed class Subscription(string topic, SubscriptionConfig config, EntityContext context)
{
    /// <summary>The rule that the service gives a subscription that has none.</summary>
    public const string DefaultRule = "$Default";

    private readonly List<ActiveRule> _rules = config.Rules.Count > 0
        ? [.. config.Rules.Select(r => new ActiveRule(r, context.StartedAt))]
        : [new ActiveRule(new RuleConfig(DefaultRule, new RuleFilter.MatchAll()), context.StartedAt)];

    public SubscriptionConfig Config => config;
    public MessageQueue Queue { get; } = new($"{topic}/Subscriptions/{config.Name}", config, context);
    public IReadOnlyList<ActiveRule> Rules => _rules;

    /// <summary>Gets whether the subscription has as many rules as the service allows.</summary>
    public bool HasMostRules => _rules.Count >= 1_000;

    /// <summary>Adds a rule; false if one of that name exists.</summary>
    public bool AddRule(RuleConfig rule, DateTime now)
    {
        if (_rules.Exists(r => r.Rule.Name.Equals(rule.Name, StringComparison.OrdinalIgnoreCase)))
            return false;
        _rules.Add(new ActiveRule(rule, now));
        return true;
    }

    /// <summary>Removes a rule; false if there is none of that name.</summary>
    public bool RemoveRule(string name) => _rules.RemoveAll(r => r.Rule.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) > 0;

    public bool Matches(FilterFacts facts) => _rules.Exists(r => facts.Match(r.Rule.Filter));
}
