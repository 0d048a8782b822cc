namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>All entities of one broker by their paths, which are compared without regard to case.</summary>
internal sealed class EntityDirectory
{
    public const string DeadLetterSuffix = "/$DeadLetterQueue";

    private readonly Dictionary<string, MessageQueue> _receivable = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, MessageQueue> _sendable = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.OrdinalIgnoreCase);

    public EntityDirectory(ServiceBusConfig config, EntityContext context)
    {
        var queues = config.Queues.Select(q => (Config: q, Queue: new MessageQueue(q.Name, q, context))).ToList();
        foreach (var (queueConfig, queue) in queues)
        {
            _sendable.Add(queue.Path, queue);
            AddReceivable(queue, queueConfig, context);
        }

        foreach (var topic in config.Topics.Select(t => new Topic(t, context)))
        {
            _sendable.Add(topic.Intake.Path, topic.Intake);
            foreach (var subscription in topic.Subscriptions)
            {
                _subscriptions.Add(subscription.Queue.Path, subscription);
                AddReceivable(subscription.Queue, subscription.Config, context);
            }
        }

        foreach (var (queueConfig, queue) in queues)
            Connect(queue, queueConfig);
        foreach (var subscription in _subscriptions.Values)
            Connect(subscription.Queue, subscription.Config);
    }

    /// <summary>Gets every queue that holds messages, topics' intakes and dead-letter queues included.</summary>
    public IEnumerable<MessageQueue> All => _sendable.Values.Concat(_receivable.Values).Distinct();

    /// <summary>Finds what messages are sent to: a queue, or a topic's intake.</summary>
    public MessageQueue? FindSendable(string path) => _sendable.GetValueOrDefault(path);

    /// <summary>Finds what messages are received from: a queue, a subscription or a dead-letter queue.</summary>
    public MessageQueue? FindReceivable(string path) => _receivable.GetValueOrDefault(path);

    /// <summary>Finds any entity that holds messages.</summary>
    public MessageQueue? Find(string path) => FindReceivable(path) ?? FindSendable(path);

    public Subscription? FindSubscription(string path) => _subscriptions.GetValueOrDefault(path);

    private void AddReceivable(MessageQueue queue, EntityConfig config, EntityContext context)
    {
        _receivable.Add(queue.Path, queue);
        _receivable.Add(queue.DeadLetterQueue!.Path, queue.DeadLetterQueue);
        // Always empty: what cannot be forwarded is refused when it is sent. It exists because clients open it.
        var transfer = new MessageQueue(queue.Path + "/$Transfer" + DeadLetterSuffix, config, context, isDeadLetterQueue: true);
        _receivable.Add(transfer.Path, transfer);
    }

    private void Connect(MessageQueue queue, EntityConfig config)
    {
        queue.ForwardTo = config.ForwardTo is null ? null : _sendable[config.ForwardTo];
        queue.ForwardDeadLettersTo = config.ForwardDeadLetteredMessagesTo is null ? null : _sendable[config.ForwardDeadLetteredMessagesTo];
    }
}
