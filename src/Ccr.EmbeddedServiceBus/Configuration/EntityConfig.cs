namespace Ccr.EmbeddedServiceBus.Configuration;

/// <summary>What a queue and a subscription have in common: messages are received from it.</summary>
/// <param name="Name">The entity's name; names are compared without regard to case.</param>
public abstract record EntityConfig(string Name)
{
    /// <summary>Gets how long a receiver holds a message before it goes to another one. Default 1 minute.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets the number of failed deliveries after which a message is dead-lettered. Default 3.</summary>
    public int MaxDeliveryCount { get; init; } = 3;

    /// <summary>Gets how long a message lives; a message's own, shorter time to live counts. Default 1 hour.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets whether an expired message is dead-lettered instead of dropped. Default false.</summary>
    public bool DeadLetteringOnMessageExpiration { get; init; }

    /// <summary>Gets the queue or topic that gets every message at once, or null.</summary>
    public string? ForwardTo { get; init; }

    /// <summary>Gets the queue or topic that gets dead-lettered messages instead of the own dead-letter queue.</summary>
    public string? ForwardDeadLetteredMessagesTo { get; init; }
}

/// <summary>One queue.</summary>
/// <param name="Name">The queue's name.</param>
public sealed record QueueConfig(string Name) : EntityConfig(Name)
{
    /// <summary>Gets the time in which a repeated message id is accepted and dropped, or null: not detected.</summary>
    public TimeSpan? DuplicateDetectionWindow { get; init; }
}

/// <summary>One topic: what is sent to it is copied to each subscription with a matching rule.</summary>
/// <param name="Name">The topic's name.</param>
public sealed record TopicConfig(string Name)
{
    /// <summary>Gets how long a message lives at most, whatever the subscription says. Default 1 hour.</summary>
    public TimeSpan DefaultMessageTimeToLive { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Gets the time in which a repeated message id is accepted and dropped, or null: not detected.</summary>
    public TimeSpan? DuplicateDetectionWindow { get; init; }

    /// <summary>Gets the subscriptions.</summary>
    public IReadOnlyList<SubscriptionConfig> Subscriptions { get; init; } = [];
}

/// <summary>One subscription of a topic.</summary>
/// <param name="Name">The subscription's name.</param>
public sealed record SubscriptionConfig(string Name) : EntityConfig(Name)
{
    /// <summary>Gets the rules, any of which lets a message in; empty means one rule that matches everything.</summary>
    public IReadOnlyList<RuleConfig> Rules { get; init; } = [];
}

/// <summary>One rule of a subscription.</summary>
/// <param name="Name">The rule's name, unique within its subscription.</param>
/// <param name="Filter">What the rule lets through.</param>
public sealed record RuleConfig(string Name, RuleFilter Filter);
