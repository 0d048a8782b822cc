using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Amqp;
using Amqp.Framing;
using Amqp.Listener;
using Amqp.Types;

namespace Ccr.ServiceBus.Tests.Support;

/// <summary>
/// A peer that answers what a test tells it to: for the faults that a sound broker does not show. It is no broker: it
/// keeps no messages and knows no entities.
/// </summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly ContainerHost _host;
    private readonly ConcurrentBag<ListenerLink> _links = [];

    public ScriptedPeer()
    {
        (_host, Port) = Open();
        _host.RegisterLinkProcessor(new Links(this));
        _host.RegisterRequestProcessor("$cbs", new Requests(50, _ => OnPutToken(), "status-code", "status-description"));
        _host.RegisterRequestProcessor(
            "queue/$management", new Requests(50, request => OnManage(request), "statusCode", "statusDescription"));
    }

    public int Port { get; }

    public string ConnectionString => TestBroker.ConnectionString(Port);

    /// <summary>Answers put-token: status and description.</summary>
    public Func<(int Status, string Description)> OnPutToken { get; set; } = () => (202, "Accepted");

    /// <summary>Answers a management request.</summary>
    public Func<Message, (int Status, string Description)> OnManage { get; set; } = _ => (501, "Not scripted");

    /// <summary>Answers an attach: an error refuses it, null takes it.</summary>
    public Func<Error?> OnAttach { get; set; } = () => null;

    /// <summary>Whether attaches are left without any answer.</summary>
    public bool IgnoresAttach { get; set; }

    /// <summary>Answers a message sent to the peer; null never answers.</summary>
    public Func<Message, DeliveryState?> OnSend { get; set; } = _ => new Accepted();

    /// <summary>Answers a settlement by the client; null never answers.</summary>
    public Func<DeliveryState, DeliveryState?> OnSettle { get; set; } = _ => new Accepted();

    /// <summary>The settlements that clients sent.</summary>
    public ConcurrentQueue<DeliveryState> Settlements { get; } = [];

    /// <summary>Messages that the peer delivers as credit comes in.</summary>
    public ConcurrentQueue<Message> ToDeliver { get; } = [];

    /// <summary>Attaches that came in.</summary>
    public int Attached => _links.Count;

    /// <summary>Detaches every link with an error.</summary>
    public void Detach(string condition)
    {
        foreach (var link in _links.Where(link => !link.IsClosed))
            link.Close(TimeSpan.Zero, new Error(condition) { Description = "as the test says" });
    }

    public static Message Deliverable(string id) => new()
    {
        Header = new Header(),
        Properties = new Properties { MessageId = id },
        MessageAnnotations = new MessageAnnotations
        {
            [(Symbol)"x-opt-sequence-number"] = 1L,
            [(Symbol)"x-opt-locked-until"] = TimeProvider.System.GetUtcNow().AddMinutes(1).UtcDateTime,
        },
        BodySection = new Data { Binary = [1] },
    };

    public ValueTask DisposeAsync()
    {
        _host.Close();
        return ValueTask.CompletedTask;
    }

    // The library cannot say which port it got, so a free one is looked for; should someone else take it first, another is.
    private static (ContainerHost Host, int Port) Open()
    {
        while (true)
        {
            using TcpListener probe = new(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            ContainerHost host = new(new Address($"amqp://127.0.0.1:{port}"));
            host.Listeners[0].SASL.EnableAnonymousMechanism = true;
            host.Listeners[0].HandlerFactory = _ => new LockTokens();
            try
            {
                host.Open();
                return (host, port);
            }
            catch (SocketException)
            {
                host.Close();
            }
        }
    }

    private sealed class Links(ScriptedPeer peer) : ILinkProcessor
    {
        public void Process(AttachContext attachContext)
        {
            if (peer.IgnoresAttach) return;
            peer._links.Add(attachContext.Link);
            if (peer.OnAttach() is { } error) attachContext.Complete(error);
            else if (attachContext.Attach.Role) attachContext.Complete(new Source(peer), 0);
            else attachContext.Complete(new Target(peer), 100);
        }
    }

    private sealed class Target(ScriptedPeer peer) : LinkEndpoint
    {
        public override void OnMessage(MessageContext messageContext)
        {
            if (peer.OnSend(messageContext.Message) is { } answer)
                messageContext.Link.DisposeMessage(messageContext.Message, answer, settled: true);
        }

        public override void OnFlow(FlowContext flowContext)
        {
        }

        public override void OnDisposition(DispositionContext dispositionContext)
        {
        }
    }

    private sealed class Source(ScriptedPeer peer) : LinkEndpoint
    {
        public override void OnFlow(FlowContext flowContext)
        {
            for (var credit = flowContext.Messages; credit > 0 && peer.ToDeliver.TryDequeue(out var message); credit--)
                flowContext.Link.SendMessage(message);
        }

        public override void OnDisposition(DispositionContext dispositionContext)
        {
            if (dispositionContext.Link.LinkState >= LinkState.DetachPipe || dispositionContext.Link.IsClosed) return;
            peer.Settlements.Enqueue(dispositionContext.DeliveryState);
            if (peer.OnSettle(dispositionContext.DeliveryState) is { } answer)
                dispositionContext.Link.DisposeMessage(dispositionContext.Message, answer, settled: true);
        }
    }

    private sealed class Requests(
        int credit, Func<Message, (int Status, string Description)> answer, string statusKey, string descriptionKey)
        : IRequestProcessor
    {
        public int Credit => credit;

        public void Process(RequestContext requestContext)
        {
            var (status, description) = answer(requestContext.Message);
            requestContext.Complete(new Message
            {
                ApplicationProperties = new ApplicationProperties { [statusKey] = status, [descriptionKey] = description },
            });
        }
    }

    private sealed class LockTokens : Amqp.Handler.IHandler
    {
        public bool CanHandle(Amqp.Handler.EventId id) => id == Amqp.Handler.EventId.SendDelivery;

        public void Handle(Amqp.Handler.Event protocolEvent) =>
            ((Amqp.Handler.IDelivery)protocolEvent.Context).Tag = Guid.NewGuid().ToByteArray();
    }
}
