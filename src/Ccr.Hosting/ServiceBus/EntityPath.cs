namespace Ccr.Hosting.ServiceBus;

/// <summary>The paths by which parts of an entity are addressed.</summary>
public static class EntityPath
{
    /// <summary>A subscription of a topic.</summary>
    public static string Subscription(string topic, string name) => $"{topic}/Subscriptions/{name}";

    /// <summary>The dead-letter queue of a queue or subscription.</summary>
    public static string DeadLetterQueue(string entity) => $"{entity}/$deadletterqueue";
}
