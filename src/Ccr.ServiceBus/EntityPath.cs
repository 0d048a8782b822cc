namespace Ccr.ServiceBus;

/// <summary>Writes the paths of entities that are not just a name.</summary>
public static class EntityPath
{
    /// <summary>The path of a topic's subscription, to receive from.</summary>
    public static string Subscription(string topic, string subscription) => $"{topic}/Subscriptions/{subscription}";

    /// <summary>The path of the dead-letter queue of a queue or subscription.</summary>
    public static string DeadLetterQueue(string path) => $"{path}/$DeadLetterQueue";
}
