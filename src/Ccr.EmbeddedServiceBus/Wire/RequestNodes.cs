using System.Collections.Concurrent;
using Ccr.EmbeddedServiceBus.Management;

namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>The request/response nodes: <c>$cbs</c> and each entity's <c>$management</c>.</summary>
internal sealed class RequestNodes(CbsNode cbs, ManagementNode management, Broker broker, ILogger log)
{
    private readonly ConcurrentDictionary<(Connection Connection, string Node, string ReplyTo), ReplyLink> _replies = [];

    /// <summary>Adds a link that brings answers to a client.</summary>
    /// <remarks>
    /// The JavaScript SDK puts the reply link's name into reply-to and gives the link no target address; the .NET SDK puts its target address there.
    /// Either must find the link.
    /// </remarks>
    public ReplyLink AddReplyLink(ListenerLink link, Attach attach, EntityAddress node)
    {
        var reply = new ReplyLink(link, log);
        string?[] names = [attach.LinkName, (attach.Target as Target)?.Address];
        var keys = names.OfType<string>().Select(n => (link.Session.Connection, Key(node), n)).ToList();
        foreach (var key in keys)
            _replies[key] = reply;
        link.AddClosedCallback((_, _) => keys.ForEach(k => _replies.TryRemove(KeyValuePair.Create(k, reply))));
        return reply;
    }

    public LinkEndpoint CreateRequestLink(EntityAddress node) => new RequestLink(this, node);
    private static string Key(EntityAddress node) => $"{node.Kind} {node.Path.ToUpperInvariant()}";

    private void Answer(EntityAddress node, ListenerLink link, RawMessage raw)
    {
        var request = raw.Decode();
        var replyTo = request.Properties?.ReplyTo;
        if (replyTo is null || !_replies.TryGetValue((link.Session.Connection, Key(node), replyTo), out var reply))
        {
            var error = Errors.Of(ErrorCode.NotFound, "No link was found for reply-to; attach it before the request.");
            link.DisposeMessage(raw, new Rejected { Error = error }, settled: true);
            return;
        }

        link.DisposeMessage(raw, new Accepted(), settled: true);
        var response = node.Kind == NodeKind.Cbs ? cbs.Answer(request, link.Session.Connection) : management.Answer(node.Path, request);
        response.Properties = new Properties();
        if (request.Properties!.GetMessageId() is { } id)
            response.Properties.SetCorrelationId(id);
        broker.Journal.WhenStored(() => Guard.Run(log, () => reply.Send(response)));
    }

    private sealed class RequestLink(RequestNodes nodes, EntityAddress node) : LinkEndpoint
    {
        public override void OnMessage(MessageContext messageContext) => Guard.Run(nodes.Log, () =>
        {
            try
            {
                nodes.Answer(node, messageContext.Link, (RawMessage)messageContext.Message);
            }
            catch (AmqpException e)
            {
                messageContext.Link.DisposeMessage(messageContext.Message, new Rejected { Error = e.Error }, settled: true);
            }
        });

        public override void OnFlow(FlowContext flowContext) { }
        public override void OnDisposition(DispositionContext dispositionContext) { }
    }

    private ILogger Log => log;
}
