namespace Ccr.EmbeddedServiceBus.Wire;

/// <summary>A link on which a client sends to a queue or topic.</summary>
internal sealed class IncomingLink(ListenerLink link, MessageQueue queue, Broker broker, CbsNode cbs, EmbeddedBrokerOptions options, ILogger log)
    : LinkEndpoint
{
    private static readonly Accepted Accepted = new();

    public override void OnMessage(MessageContext messageContext) => Guard.Run(log, () =>
    {
        if (!cbs.Allows(link.Session.Connection, queue.Path))
        {
            link.Close(TimeSpan.Zero, Errors.Unauthorized(queue.Path));
            return;
        }

        var message = (RawMessage)messageContext.Message;
        if (Accept(message) is { } error)
        {
            log.MessageRefused(queue.Path, error.Condition);
            link.DisposeMessage(message, new Rejected { Error = error }, settled: true);
        }
        else
        {
            broker.Journal.WhenStored(() => Guard.Run(log, () => link.DisposeMessage(message, Accepted, settled: true)));
        }
    });

    public override void OnFlow(FlowContext flowContext) { }
    public override void OnDisposition(DispositionContext dispositionContext) { }

    private Error? Accept(RawMessage message)
    {
        if (message.Bytes.Length > options.MaxMessageBytes)
            return Errors.TooLarge(message.Bytes.Length, options.MaxMessageBytes);
        List<IncomingMessage> batch;
        try
        {
            batch = MessageBatch.Read(message.Bytes, message.Format);
        }
        catch (AmqpException e)
        {
            return e.Error;
        }

        using var turn = broker.Enter();
        if (!queue.HasRoomFor(batch.Count, batch.Sum(m => m.Content.Size)))
            return Errors.Full(queue.Path);
        foreach (var (content, scheduledFor) in batch)
        {
            if (scheduledFor is { } due && due > turn.Now)
                queue.Schedule(content, due, turn.Now);
            else
                queue.Send(new Arrival(content), turn.Now);
        }

        return null;
    }
}
