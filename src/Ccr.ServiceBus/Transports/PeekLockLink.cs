using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Amqp;
using Amqp.Framing;
using Amqp.Handler;

namespace Ccr.ServiceBus.Transports;

/// <summary>
/// A receiving link whose settlements are confirmed. The library's own Accept, Modify and Reject send the disposition
/// settled, so that the peer never says whether it still held the lock; here it goes out unsettled, and what the peer
/// answers is the result.
/// </summary>
internal sealed class PeekLockLink : ReceiverLink
{
    private readonly ConcurrentDictionary<IDelivery, TaskCompletionSource<DeliveryState?>> _unconfirmed = new();
    private readonly Action<IDelivery> _onDelivery;

    public PeekLockLink(
        Session session, string name, string address, ReceiverSettleMode mode, OnAttached onAttached,
        Action<IDelivery> onDelivery)
        : base(session, name, PeekLock(address, mode), onAttached)
    {
        _onDelivery = onDelivery;
        // Without a callback the library would keep the messages for a caller of Receive.
        Start(0, static (_, _) => { });
        AddClosedCallback((_, _) => Abandon());
    }

    /// <summary>The messages that the peer may still send.</summary>
    public int Credit => Internals.Credit(this);

    /// <summary>Lets the peer send that many messages more.</summary>
    public void Grant(int messages) => SetCreditQuietly(messages, CreditMode.Manual);

    /// <summary>Asks the peer to use its credit or give it up; <see cref="Credit"/> is 0 when it has.</summary>
    public void Drain()
    {
        if (Credit is > 0 and var left) SetCreditQuietly(left, CreditMode.Drain);
    }

    /// <summary>Sends the outcome of a delivery.</summary>
    /// <returns>The peer's answer; null if the link ended before it came.</returns>
    public Task<DeliveryState?> DisposeAsync(IDelivery delivery, DeliveryState outcome)
    {
        TaskCompletionSource<DeliveryState?> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _unconfirmed[delivery] = answer;
        try
        {
            Internals.DisposeDelivery(Session, true, delivery, outcome, false);
        }
        catch (Exception exception) when (exception is AmqpException or ObjectDisposedException)
        {
            // The connection broke under the call; the link closes next.
        }

        if (IsClosed) Abandon();
        return answer.Task;
    }

    internal void OnReceived(IDelivery delivery) => _onDelivery(delivery);

    internal void OnStateChanged(IDelivery delivery)
    {
        if (_unconfirmed.TryRemove(delivery, out var answer)) answer.TrySetResult(delivery.State);
    }

    private static Attach PeekLock(string address, ReceiverSettleMode mode) => new()
    {
        Source = new Source { Address = address },
        Target = new Target(),
        RcvSettleMode = mode,
    };

    private void SetCreditQuietly(int credit, CreditMode mode)
    {
        try
        {
            SetCredit(credit, mode);
        }
        catch (Exception exception) when (exception is AmqpException or ObjectDisposedException)
        {
            // The connection broke under the call; the link closes next.
        }
    }

    private void Abandon()
    {
        foreach (var delivery in _unconfirmed.Keys)
        {
            if (_unconfirmed.TryRemove(delivery, out var answer)) answer.TrySetResult(null);
        }
    }

    /// <summary>What the library can do but does not offer; held to its version by a test.</summary>
    private static class Internals
    {
        [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "credit")]
        public static extern ref int Credit(ReceiverLink link);

        [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "DisposeDelivery")]
        public static extern void DisposeDelivery(
            Session session, bool role, [UnsafeAccessorType("Amqp.Delivery, Amqp.Net")] object delivery,
            DeliveryState state, bool settled);
    }
}
