using Ccr.EmbeddedServiceBus.Entities;

namespace Ccr.EmbeddedServiceBus.Tests.Entities;

public sealed class LockTests
{
    [Fact]
    public void Take_OfTwoMessages_GivesThemInOrderWithDifferentTokens()
    {
        var queue = Some.Queue();
        queue.Send("a");
        queue.Send("b");

        var taken = queue.Take(5);

        Assert.Equal("a b", string.Join(' ', taken.Select(Some.Body)));
        Assert.NotEqual(taken[0].LockToken, taken[1].LockToken);
        Assert.All(taken, d => Assert.Equal(Some.Now + Some.LockDuration, d.LockedUntil));
    }

    [Fact]
    public void Take_OfALockedMessage_GivesNothing()
    {
        var queue = Some.Queue();
        queue.Send("a");
        queue.Take();

        Assert.Empty(queue.Take());
    }

    [Fact]
    public void Settle_WithComplete_RemovesTheMessage()
    {
        var queue = Some.Queue();
        queue.Send("a");

        Assert.True(queue.Settle(queue.Take()[0].LockToken, Some.Complete, Some.Now));

        Assert.Equal(new EntityCounts(0, 0, 0, 0, 0), queue.Counts);
    }

    [Fact]
    public void Settle_Twice_FailsTheSecondTime()
    {
        var queue = Some.Queue();
        queue.Send("a");
        var token = queue.Take()[0].LockToken;
        queue.Settle(token, Some.Complete, Some.Now);

        Assert.False(queue.Settle(token, Some.Complete, Some.Now));
    }

    [Fact]
    public void Advance_PastTheLock_MakesTheMessageAvailableAndCountsTheDelivery()
    {
        var queue = Some.Queue();
        queue.Send("a");
        queue.Take();

        queue.Advance(Some.Now + Some.LockDuration);

        var again = Assert.Single(queue.Take(1, Some.Now + Some.LockDuration));
        Assert.Equal(1, again.DeliveryCount);
    }

    [Fact]
    public void Settle_AfterTheLockExpired_FailsEvenBeforeTheTimerRan()
    {
        var queue = Some.Queue();
        queue.Send("a");
        var token = queue.Take()[0].LockToken;

        Assert.False(queue.Settle(token, Some.Complete, Some.Now + Some.LockDuration));

        Assert.Equal(1, queue.Counts.Active);
    }

    [Fact]
    public void Renew_BeforeExpiry_KeepsTheLock()
    {
        var queue = Some.Queue();
        queue.Send("a");
        queue.Send("b");
        var taken = queue.Take(2);
        var later = Some.Now + TimeSpan.FromSeconds(20);

        var until = queue.Renew(taken[0].LockToken, later);
        queue.Advance(Some.Now + Some.LockDuration);

        Assert.Equal(later + Some.LockDuration, until);
        Assert.True(queue.Holds(taken[0].LockToken, Some.Now + Some.LockDuration));
        Assert.False(queue.Holds(taken[1].LockToken, Some.Now + Some.LockDuration));
    }

    [Fact]
    public void Settle_WithAbandon_CountsAndKeepsTheOrder()
    {
        var queue = Some.Queue();
        queue.Send("a");
        queue.Send("b");

        queue.Settle(queue.Take()[0].LockToken, new Settlement.Abandon([new("tried", "yes")]), Some.Now);

        var again = queue.Take()[0];
        Assert.Equal("a", again.Body());
        Assert.Equal(1, again.DeliveryCount);
        Assert.Equal("yes", again.Property("tried"));
    }

    [Fact]
    public void Settle_WithRelease_DoesNotCount()
    {
        var queue = Some.Queue();
        queue.Send("a");

        queue.Settle(queue.Take()[0].LockToken, new Settlement.Release(), Some.Now);

        Assert.Equal(0, queue.Take()[0].DeliveryCount);
    }

    [Fact]
    public void Settle_WithDefer_LeavesTheMessageToItsNumberOnly()
    {
        var queue = Some.Queue();
        queue.Send("a");
        var delivery = queue.Take()[0];

        queue.Settle(delivery.LockToken, Some.Defer, Some.Now);

        Assert.Empty(queue.Take());
        Assert.Equal(1, queue.Counts.Deferred);
        var deferred = queue.TakeDeferred(delivery.SequenceNumber, remove: false, Some.Now);
        Assert.Equal(MessageState.Deferred, deferred!.State);
        Assert.True(queue.Settle(deferred.LockToken, Some.Complete, Some.Now));
    }

    [Fact]
    public void Advance_PastTheLockOfADeferredMessage_LeavesItDeferred()
    {
        var queue = Some.Queue();
        queue.Send("a");
        var delivery = queue.Take()[0];
        queue.Settle(delivery.LockToken, Some.Defer, Some.Now);
        queue.TakeDeferred(delivery.SequenceNumber, remove: false, Some.Now);

        queue.Advance(Some.Now + Some.LockDuration);

        Assert.Equal(new EntityCounts(0, 0, 1, 0, 0), queue.Counts);
        Assert.Equal(1, queue.TakeDeferred(delivery.SequenceNumber, remove: true, Some.Now)!.DeliveryCount);
    }

    [Fact]
    public void Take_WithRemove_LeavesNothing()
    {
        var queue = Some.Queue();
        queue.Send("a");

        Assert.Single(queue.Take(1, remove: true));

        Assert.Equal(new EntityCounts(0, 0, 0, 0, 0), queue.Counts);
    }

    [Fact]
    public void NextDue_WithALock_IsItsEnd()
    {
        var queue = Some.Queue(q => q with { DefaultMessageTimeToLive = TimeSpan.FromHours(1) });
        queue.Send("a");
        queue.Take();

        Assert.Equal(Some.Now + Some.LockDuration, queue.NextDue);
    }
}
