namespace Ccr.EmbeddedServiceBus.Entities;

/// <summary>Consumers that found their queue empty, in the order in which they came.</summary>
internal sealed class WaitingConsumers
{
    private readonly LinkedList<IConsumer> _order = [];
    private readonly Dictionary<IConsumer, LinkedListNode<IConsumer>> _nodes = [];

    public void Add(IConsumer consumer)
    {
        if (!_nodes.ContainsKey(consumer))
            _nodes[consumer] = _order.AddLast(consumer);
    }

    public void Remove(IConsumer consumer)
    {
        if (_nodes.Remove(consumer, out var node))
            _order.Remove(node);
    }

    public bool TryTake(out IConsumer consumer)
    {
        consumer = _order.First?.Value!;
        if (consumer is null)
            return false;
        Remove(consumer);
        return true;
    }
}
