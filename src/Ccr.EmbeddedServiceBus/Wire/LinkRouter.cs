namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>Gives each new link to what serves its address, or refuses it with the reason.</summary>
internal sealed class LinkRouter(Broker broker, CbsNode cbs, RequestNodes nodes, EmbeddedBrokerOptions options, ILogger log) : ILinkProcessor
{
    private const int SenderCredit = 500;
    private const int RequestCredit = 100;
    private static readonly Symbol SessionFilter = "com.microsoft:session-filter";

    public void Process(AttachContext attachContext)
    {
        try
        {
            if (Route(attachContext) is { } error)
            {
                log.LinkRefused(attachContext.Attach.LinkName, error.Condition, error.Description);
                attachContext.Complete(error);
            }
        }
        catch (Exception e)
        {
            log.LinkFailed(e, attachContext.Attach.LinkName);
            Guard.Run(log, () => attachContext.Complete(Errors.Of(ErrorCode.InternalError, e.Message)));
        }
    }

    private Error? Route(AttachContext context)
    {
        var attach = context.Attach;
        var text = attach.Role ? (attach.Source as Source)?.Address : (attach.Target as Target)?.Address;
        if (text is null)
            return Errors.Of(ErrorCode.NotImplemented, "The link has no address; transactions and dynamic nodes are not supported.");

        var address = EntityAddress.Parse(text);
        if (address.Kind != NodeKind.Cbs && !cbs.Allows(context.Link.Session.Connection, address.Path))
            return Errors.Unauthorized(address.Path);
        if (address.Kind != NodeKind.Entity)
            return RouteRequests(context, address);
        return attach.Role ? RouteReceiver(context, address.Path) : RouteSender(context, address.Path);
    }

    private Error? RouteRequests(AttachContext context, EntityAddress address)
    {
        if (address.Kind == NodeKind.Management && broker.Entities.Find(address.Path) is null)
            return Errors.EntityNotFound(address.Path);
        if (context.Attach.Role)
            context.Complete(nodes.AddReplyLink(context.Link, context.Attach, address), 0);
        else
            context.Complete(nodes.CreateRequestLink(address), RequestCredit);
        return null;
    }

    private Error? RouteSender(AttachContext context, string path)
    {
        if (broker.Entities.FindSendable(path) is not { } queue)
        {
            return broker.Entities.FindReceivable(path) is null
                ? Errors.EntityNotFound(path)
                : Errors.Of(ErrorCode.NotAllowed, $"Messages cannot be sent to '{path}'; send to its queue or topic.");
        }

        context.Attach.MaxMessageSize = (ulong)options.MaxMessageBytes;
        context.Complete(new IncomingLink(context.Link, queue, broker, cbs, options, log), SenderCredit);
        return null;
    }

    private Error? RouteReceiver(AttachContext context, string path)
    {
        if (broker.Entities.FindReceivable(path) is not { } queue)
        {
            return broker.Entities.FindSendable(path) is null
                ? Errors.EntityNotFound(path)
                : Errors.Of(ErrorCode.NotAllowed, $"'{path}' is a topic; receive from one of its subscriptions.");
        }

        if (context.Attach.Source is Source { FilterSet: { } filters } && filters.Any(f => Equals(f.Key, SessionFilter)))
            return Errors.Of(ErrorCode.NotImplemented, "This broker has no sessions; use the official emulator for them.");
        if (queue.ForwardTo is not null)
            return Errors.Of(ErrorCode.NotAllowed, $"'{path}' forwards its messages; receive where they go.");

        var removes = context.Attach.SndSettleMode == SenderSettleMode.Settled;
        context.Complete(new OutgoingLink(context.Link, queue, broker, cbs, removes, log), 0);
        return null;
    }
}
