using Ccr.EmbeddedServiceBus.Wire;

namespace Ccr.EmbeddedServiceBus.Management;

/// <summary>Carries out the operations of <c>$management</c> on one entity.</summary>
internal sealed class ManagementNode(Broker broker, EmbeddedBrokerOptions options)
{
    private const int MostPeeked = 250;
    private const int MostPeekedBytes = 1 << 20;

    /// <summary>Answers a request.</summary>
    /// <exception cref="AmqpException">The request's arguments are wrong.</exception>
    public Message Answer(string path, Message request)
    {
        try
        {
            return Run(path, new ManagementRequest(request)).ToMessage();
        }
        catch (AmqpException e)
        {
            return ManagementResponse.Failed(400, e.Error).ToMessage();
        }
    }

    private ManagementResponse Run(string path, ManagementRequest request)
    {
        var queue = broker.Entities.Find(path)!;
        return request.Operation switch
        {
            "com.microsoft:renew-lock" => RenewLock(queue, request),
            "com.microsoft:peek-message" => Peek(queue, request),
            "com.microsoft:schedule-message" => Schedule(queue, request),
            "com.microsoft:cancel-scheduled-message" => CancelScheduled(queue, request),
            "com.microsoft:receive-by-sequence-number" => ReceiveDeferred(queue, request),
            "com.microsoft:update-disposition" => UpdateDisposition(queue, request),
            "com.microsoft:add-rule" or "com.microsoft:remove-rule" or "com.microsoft:enumerate-rules" => Rules(path, request),
            var other => ManagementResponse.Failed(501, Errors.Of(ErrorCode.NotImplemented, $"The operation '{other}' is not supported by this broker.")),
        };
    }

    private ManagementResponse RenewLock(MessageQueue queue, ManagementRequest request)
    {
        var tokens = request.Required<Guid[]>("lock-tokens");
        using var turn = broker.Enter();
        if (!tokens.All(t => queue.Holds(t, turn.Now)))
            return ManagementResponse.Failed(410, Errors.LockLost());
        var expirations = tokens.Select(t => queue.Renew(t, turn.Now)!.Value).ToArray();
        return ManagementResponse.Ok(new Map { ["expirations"] = expirations });
    }

    private ManagementResponse Peek(MessageQueue queue, ManagementRequest request)
    {
        var from = request.Number("from-sequence-number", 0);
        var count = (int)Math.Clamp(request.Number("message-count", 1), 1, MostPeeked);
        IReadOnlyList<StoredMessage> found;
        using (broker.Enter())
            found = queue.Peek(from, count);

        var messages = new List();
        var bytes = 0;
        foreach (var message in found.TakeWhile(m => messages.Count == 0 || (bytes += m.Content.Size) < MostPeekedBytes))
            messages.Add(new Map { ["message"] = Encode(message, request.Optional<bool>("omit-message-body")) });
        return messages.Count == 0 ? ManagementResponse.Nothing() : ManagementResponse.Ok(new Map { ["messages"] = messages });
    }

    private ManagementResponse Schedule(MessageQueue queue, ManagementRequest request)
    {
        var batch = request.Required<List>("messages").OfType<Map>().Select(m => m["message"] as byte[] ?? []).Select(Read).ToList();
        using var turn = broker.Enter();
        if (!queue.HasRoomFor(batch.Count, batch.Sum(m => m.Content.Size)))
            return ManagementResponse.Failed(403, Errors.Full(queue.Path));
        var numbers = batch.Select(m => queue.Schedule(m.Content, m.ScheduledFor ?? turn.Now, turn.Now)).ToArray();
        return ManagementResponse.Ok(new Map { ["sequence-numbers"] = numbers });
    }

    private IncomingMessage Read(byte[] bytes) => bytes.Length <= options.MaxMessageBytes
        ? MessageContent.Read(bytes)
        : throw new AmqpException(Errors.TooLarge(bytes.Length, options.MaxMessageBytes));

    private ManagementResponse CancelScheduled(MessageQueue queue, ManagementRequest request)
    {
        var numbers = request.Required<long[]>("sequence-numbers");
        using var turn = broker.Enter();
        return numbers.Count(queue.CancelScheduled) == numbers.Length
            ? ManagementResponse.Ok()
            : ManagementResponse.Failed(404, Errors.Of(Errors.MessageNotFound, "A scheduled message was not found."));
    }

    private ManagementResponse ReceiveDeferred(MessageQueue queue, ManagementRequest request)
    {
        var numbers = request.Required<long[]>("sequence-numbers");
        var removes = request.Number("receiver-settle-mode", 1) == 0;
        List<StoredMessage> found;
        using (var turn = broker.Enter())
            found = [.. numbers.Select(n => queue.TakeDeferred(n, removes, turn.Now)).OfType<StoredMessage>()];
        if (found.Count == 0)
            return ManagementResponse.Failed(404, Errors.Of(Errors.MessageNotFound, "No deferred message of these numbers was found."));

        var messages = new List();
        foreach (var message in found)
        {
            var buffer = MessageContent.Span(BrokerAnnotations.Encode(message, locked: !removes)).ToArray();
            messages.Add(new Map { ["message"] = buffer, ["lock-token"] = message.LockToken });
        }

        return ManagementResponse.Ok(new Map { ["messages"] = messages });
    }

    private ManagementResponse UpdateDisposition(MessageQueue queue, ManagementRequest request)
    {
        var tokens = request.Required<Guid[]>("lock-tokens");
        var properties = Outcomes.Values(request.Optional<Map>("properties-to-modify"));
        Settlement? settlement = request.Required<string>("disposition-status") switch
        {
            "completed" => new Settlement.Complete(),
            "abandoned" => new Settlement.Abandon(properties),
            "defered" => new Settlement.Defer(properties),
            "suspended" => new Settlement.DeadLetter(
                request.Optional<string>("deadletter-reason"), request.Optional<string>("deadletter-description"), properties),
            _ => null,
        };
        if (settlement is null)
            return ManagementResponse.Failed(400, Errors.Of(Errors.ArgumentError, "The disposition-status is not known."));

        using var turn = broker.Enter();
        if (!tokens.All(t => queue.Holds(t, turn.Now)))
            return ManagementResponse.Failed(410, Errors.LockLost());
        foreach (var token in tokens)
            queue.Settle(token, settlement, turn.Now);
        return ManagementResponse.Ok();
    }

    private ManagementResponse Rules(string path, ManagementRequest request)
    {
        if (broker.Entities.FindSubscription(path) is not { } subscription)
            return ManagementResponse.Failed(400, Errors.Of(ErrorCode.NotAllowed, $"'{path}' is no subscription and has no rules."));
        using var turn = broker.Enter();
        return request.Operation switch
        {
            "com.microsoft:add-rule" => RuleOperations.Add(subscription, request, turn.Now),
            "com.microsoft:remove-rule" => RuleOperations.Remove(subscription, request),
            _ => RuleOperations.Enumerate(subscription, request),
        };
    }

    private static byte[] Encode(StoredMessage message, bool omitBody) => MessageContent.Span(
        BrokerAnnotations.Encode(message, locked: message.LockToken != Guid.Empty, omitBody)).ToArray();
}
