namespace Ccr.EmbeddedServiceBus.Configuration;

/// <summary>
/// The queues, topics and subscriptions of one namespace, as the official Service Bus emulator's <c>Config.json</c> describes them, or as a test builds
/// them in code.
/// </summary>
/// <remarks>
/// <see cref="Parse"/> holds a file to the official emulator's limits, so that the same file works there. Entities that are added in code may leave
/// those limits (a lock of 100 ms, say); they are checked for sense when the broker starts.
/// </remarks>
public sealed class ServiceBusConfig
{
    private readonly List<QueueConfig> _queues = [];
    private readonly List<TopicConfig> _topics = [];

    /// <summary>Gets the namespace's name; the official emulator insists on <c>sbemulatorns</c>.</summary>
    public string Namespace { get; init; } = "sbemulatorns";

    /// <summary>Gets the queues.</summary>
    public IReadOnlyList<QueueConfig> Queues => _queues;

    /// <summary>Gets the topics with their subscriptions.</summary>
    public IReadOnlyList<TopicConfig> Topics => _topics;

    /// <summary>Reads a configuration file.</summary>
    /// <param name="path">The path of a <c>Config.json</c>.</param>
    /// <exception cref="ServiceBusConfigException">The file is missing or has faults; all of them are reported.</exception>
    public static ServiceBusConfig Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServiceBusConfigException([new ConfigFault(path, $"the file cannot be read ({e.Message})")]);
        }
    }

    /// <summary>Reads a configuration from JSON text; comments and trailing commas are allowed.</summary>
    /// <exception cref="ServiceBusConfigException">The text has faults; all of them are reported.</exception>
    public static ServiceBusConfig Parse(string json) => ConfigReader.Read(json);

    /// <summary>Adds a queue.</summary>
    /// <param name="name">The queue's name.</param>
    /// <param name="configure">Changes the defaults, for example <c>q => q with { MaxDeliveryCount = 10 }</c>.</param>
    public ServiceBusConfig AddQueue(string name, Func<QueueConfig, QueueConfig>? configure = null)
    {
        var queue = new QueueConfig(name);
        _queues.Add(configure?.Invoke(queue) ?? queue);
        return this;
    }

    /// <summary>Adds a topic with subscriptions that take every message.</summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="subscriptions">The names of its subscriptions.</param>
    public ServiceBusConfig AddTopic(string name, params string[] subscriptions) =>
        AddTopic(name, t => t with { Subscriptions = [.. subscriptions.Select(s => new SubscriptionConfig(s))] });

    /// <summary>Adds a topic.</summary>
    /// <param name="name">The topic's name.</param>
    /// <param name="configure">Adds subscriptions and changes the defaults.</param>
    public ServiceBusConfig AddTopic(string name, Func<TopicConfig, TopicConfig> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _topics.Add(configure(new TopicConfig(name)));
        return this;
    }

    /// <summary>Adds a subscription that takes every message of a topic.</summary>
    /// <param name="topic">The topic's name.</param>
    /// <param name="name">The subscription's name.</param>
    public ServiceBusConfig AddSubscription(string topic, string name)
    {
        var index = _topics.FindIndex(known => string.Equals(known.Name, topic, StringComparison.OrdinalIgnoreCase));
        _topics[index] = _topics[index] with { Subscriptions = [.. _topics[index].Subscriptions, new SubscriptionConfig(name)] };
        return this;
    }
}
