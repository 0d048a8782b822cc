using System.Collections.Concurrent;
using Amqp;
using Amqp.Framing;
using Ccr.ServiceBus.Errors;

namespace Ccr.ServiceBus.Transports;

/// <summary>Requests and replies over one node: <c>$cbs</c> or an entity's <c>$management</c>.</summary>
internal sealed class RequestChannel : Channel
{
    private const int ReplyCredit = 100;

    private readonly ConcurrentDictionary<string, TaskCompletionSource<Message>> _pending = new(StringComparer.Ordinal);
    private readonly string _replyTo = Guid.NewGuid().ToString("N");
    private SenderLink? _requests;
    private long _lastId;

    private RequestChannel(ChannelContext context)
        : base(context)
    {
    }

    /// <summary>Opens the two links of a node.</summary>
    public static Task<RequestChannel> OpenAsync(
        ChannelContext context, string node, CancellationToken cancellationToken) =>
        OpenAsync(context, () => new RequestChannel(context), channel => channel.AttachAsync(node, cancellationToken));

    /// <summary>Sends a request and waits for its reply.</summary>
    /// <param name="request">Body and application properties; ids and reply address are set here.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="MessagingException">No reply came; the request may have been carried out.</exception>
    public async Task<Message> RequestAsync(Message request, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId).ToString();
        TaskCompletionSource<Message> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = reply;
        try
        {
            request.Properties = new Properties { MessageId = id, ReplyTo = _replyTo };
            if (Closed.IsCompleted) throw Closed.Result;
            _requests!.Send(request, null, null, null);
            return await reply.Task.WaitAsync(Context.Timeout, Context.Time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw Faults.Unconfirmed(Context.Entity, "A request", "no reply in time");
        }
        catch (Exception exception) when (exception is AmqpException or ObjectDisposedException)
        {
            throw Faults.ConnectionLost($"'{Context.Entity}'", exception.Message);
        }
        finally
        {
            _pending.TryRemove(id, out _);
        }
    }

    /// <inheritdoc/>
    protected override void OnClosed(MessagingException fault)
    {
        foreach (var reply in _pending.Values) reply.TrySetException(fault);
    }

    // Service Bus AMQP: SDKs differ in whether reply-to names the reply link or its target, so both bear the same name.
    // Both ways are settled: the reply confirms the request.
    private async Task AttachAsync(string node, CancellationToken cancellationToken)
    {
        var (replies, _) = await AttachAsync(
            onAttached => new ReceiverLink(Session, _replyTo, new Attach
            {
                Source = new Source { Address = node },
                Target = new Target { Address = _replyTo },
                SndSettleMode = SenderSettleMode.Settled,
            }, onAttached),
            cancellationToken);
        replies.Start(ReplyCredit, OnReply);

        (_requests, _) = await AttachAsync(
            onAttached => new SenderLink(Session, $"{_replyTo}:sender", new Attach
            {
                Source = new Source { Address = _replyTo },
                Target = new Target { Address = node },
                SndSettleMode = SenderSettleMode.Settled,
            }, onAttached),
            cancellationToken);
    }

    private void OnReply(IReceiverLink link, Message message)
    {
        // For settled deliveries this only restores the credit.
        ((ReceiverLink)link).Accept(message);
        if (message.Properties?.GetCorrelationId()?.ToString() is { } id && _pending.TryRemove(id, out var reply))
            reply.TrySetResult(message);
    }
}
