namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>The deliveries of one link that its client has not settled, which the library keeps in memory.</summary>
internal sealed class UnsettledDeliveries(ListenerLink link)
{
    private const int Most = 5_000;
    private readonly Queue<OutgoingMessage> _deliveries = [];

    /// <summary>Gets whether the last look found no room; a settlement should then start the link again.</summary>
    public bool WasFull { get; private set; }

    /// <summary>Gets how many more deliveries may be opened.</summary>
    public int Room
    {
        get
        {
            WasFull = _deliveries.Count >= Most;
            return Most - _deliveries.Count;
        }
    }

    public void Add(OutgoingMessage message) => _deliveries.Enqueue(message);

    /// <summary>Makes room: forgets what was settled, and settles for the client what it can settle no more.</summary>
    /// <param name="holds">Says which lock tokens are still held.</param>
    public void Trim(Func<IEnumerable<Guid>, HashSet<Guid>> holds)
    {
        var open = _deliveries.Where(m => !m.IsSettled).ToList();
        var held = holds(open.Select(m => m.LockToken));
        _deliveries.Clear();
        foreach (var message in open)
        {
            if (held.Contains(message.LockToken))
                _deliveries.Enqueue(message);
            else
                link.DisposeMessage(message, new Released(), settled: true);
        }
    }
}
