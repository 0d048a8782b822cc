using System.Collections.Concurrent;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>A link that brings a node's answers to a client, as fast as its credit allows.</summary>
internal sealed class ReplyLink(ListenerLink link, ILogger log) : LinkEndpoint
{
    private const int MostWaiting = 1_000;

    private readonly AmqpTransport _transport = AmqpTransport.Of(link.Session.Connection);
    private readonly ConcurrentQueue<Message> _waiting = [];
    private readonly LinkCredit _credit = new();
    private readonly SingleFlight _pump = new();

    /// <summary>Sends an answer; drops it if the client asks on and on without taking answers.</summary>
    public void Send(Message response)
    {
        if (_waiting.Count >= MostWaiting)
            log.ReplyDropped(link.Name);
        else
            _waiting.Enqueue(response);
        Pump();
    }

    public override void OnFlow(FlowContext flowContext)
    {
        _credit.Set(_transport.LastFlow, link.IsDraining);
        Pump();
    }

    public override void OnDisposition(DispositionContext dispositionContext) => Guard.Run(
        log, () => link.DisposeMessage(dispositionContext.Message, dispositionContext.DeliveryState, settled: true));

    private void Pump() => _pump.Run(() => Guard.Run(log, SendWaiting));

    private void SendWaiting()
    {
        while (!_waiting.IsEmpty && _credit.Take(1) == 1)
        {
            if (_waiting.TryDequeue(out var response))
                link.SendMessage(response);
            else
                _credit.GiveBack(1);
        }

        if (_credit.TryFinishDrain())
            link.SetCredit(0, drain: true, autoRestore: false);
    }
}
