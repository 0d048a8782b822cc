namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>A link on which a client receives from a queue, subscription or dead-letter queue.</summary>
/// <remarks>Whoever makes work for the link calls <see cref="Wake"/>; one thread at a time then takes messages and sends them.</remarks>
internal sealed class OutgoingLink(ListenerLink link, MessageQueue queue, Broker broker, CbsNode cbs, bool removes, ILogger log) : LinkEndpoint, IConsumer
{
    private const int MaxTake = 64;
    private static readonly Accepted Accepted = new();

    private readonly AmqpTransport _transport = AmqpTransport.Of(link.Session.Connection);
    private readonly LinkCredit _credit = new();
    private readonly UnsettledDeliveries _unsettled = new(link);
    private readonly SingleFlight _pump = new();
    private volatile bool _closed;

    public void Wake() => _pump.Run(() => Guard.Run(log, Pump));

    public override void OnFlow(FlowContext flowContext)
    {
        _credit.Set(_transport.LastFlow, link.IsDraining);
        Wake();
    }

    public override void OnDisposition(DispositionContext dispositionContext)
    {
        // The library also reports each open delivery as released when the link closes, or as rejected when the connection breaks, and then before it
        // sets the link's state. When the broker stops it does so for each connection that it closes. But locks outlive links and connections.
        var isTheClients = link.LinkState < LinkState.DetachPipe && !link.IsClosed && !_transport.IsBroken && !broker.IsStopping;
        if (isTheClients && dispositionContext.Message is OutgoingMessage message)
            Guard.Run(log, () => Settle(message, dispositionContext.DeliveryState));
    }

    public override void OnLinkClosed(ListenerLink link, Error error)
    {
        _closed = true;
        using var turn = broker.Enter();
        queue.StopWaiting(this);
    }

    private void Pump()
    {
        if (!_closed && !cbs.Allows(link.Session.Connection, queue.Path))
            link.Close(TimeSpan.Zero, Errors.Unauthorized(queue.Path));
        while (!_closed && Take() is { Count: > 0 } taken)
        {
            if (removes)
                broker.Journal.WhenStored(() => Guard.Run(log, () => taken.ForEach(Send)));
            else
                taken.ForEach(Send);
        }

        if (_credit.TryFinishDrain())
            link.SetCredit(0, drain: true, autoRestore: false);
    }

    private List<StoredMessage> Take()
    {
        var taken = new List<StoredMessage>();
        if (_unsettled.Room == 0)
            _unsettled.Trim(Held);
        var room = Math.Min(MaxTake, _transport.IsCongested(this) ? 0 : _unsettled.Room);
        var count = _credit.Take(room);
        using var turn = broker.Enter();
        if (count == 0)
        {
            queue.PassOn();
            return taken;
        }

        queue.Take(this, count, removes, taken, turn.Now);
        if (_closed)
            queue.StopWaiting(this);
        _credit.GiveBack(count - taken.Count);
        return taken;
    }

    private HashSet<Guid> Held(IEnumerable<Guid> lockTokens)
    {
        using var turn = broker.Enter();
        return [.. lockTokens.Where(t => queue.Holds(t, turn.Now))];
    }

    private void Send(StoredMessage delivery)
    {
        var message = new OutgoingMessage(delivery);
        var buffer = BrokerAnnotations.Encode(delivery, locked: !removes);
        try
        {
            _transport.Queued(buffer.Length);
            if (!removes)
                _unsettled.Add(message);
            link.SendMessage(message, buffer);
        }
        catch (Exception e) when (e is AmqpException or ObjectDisposedException)
        {
            log.LinkGone(e.Message);
            _closed = true;
            using var turn = broker.Enter();
            queue.Settle(delivery.LockToken, new Settlement.Release(), turn.Now);
        }
    }

    private void Settle(OutgoingMessage message, DeliveryState? state)
    {
        if (Outcomes.ToSettlement(state) is not { } settlement)
            return;
        bool held;
        using (var turn = broker.Enter())
            held = queue.Settle(message.LockToken, settlement, turn.Now);

        message.IsSettled = true;
        DeliveryState answer = held ? Accepted : new Rejected { Error = Errors.LockLost() };
        broker.Journal.WhenStored(() => Guard.Run(log, () => link.DisposeMessage(message, answer, settled: true)));
        if (_unsettled.WasFull)
            Wake();
    }
}

/// <summary>A message on its way to a receiver.</summary>
internal sealed class OutgoingMessage(StoredMessage delivery) : Message
{
    public Guid LockToken { get; } = delivery.LockToken;
    public bool IsSettled { get; set; }
}
