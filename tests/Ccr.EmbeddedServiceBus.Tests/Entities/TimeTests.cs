using Amqp.Framing;
using Ccr.EmbeddedServiceBus.Entities;

namespace Ccr.EmbeddedServiceBus.Tests.Entities;

/// <summary>Time to live, schedules and duplicate detection.</summary>
public sealed class TimeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Advance_PastTheTimeToLive_DropsTheMessage()
    {
        var queue = Some.Queue(q => q with { DefaultMessageTimeToLive = Minute });
        queue.Send("a");

        queue.Advance(Some.Now + Minute);

        Assert.Equal(new EntityCounts(0, 0, 0, 0, 0), queue.Counts);
    }

    [Fact]
    public void Advance_PastTheTimeToLiveWithDeadLettering_DeadLetters()
    {
        var queue = Some.Queue(q => q with { DefaultMessageTimeToLive = Minute, DeadLetteringOnMessageExpiration = true });
        queue.Send("a");

        queue.Advance(Some.Now + Minute);

        Assert.Equal("TTLExpiredException", queue.DeadLetterQueue!.Take()[0].Property("DeadLetterReason"));
    }

    [Fact]
    public void Advance_PastTheMessagesOwnShorterLife_DropsIt()
    {
        var queue = Some.Queue(q => q with { DefaultMessageTimeToLive = Minute });
        queue.Send(new Arrival(Some.Content("a", m => m.Header = new Header { Ttl = 1000 })), Some.Now);

        queue.Advance(Some.Now + TimeSpan.FromSeconds(1));

        Assert.Equal(0, queue.Counts.Active);
    }

    [Fact]
    public void Take_OfAnExpiredMessageBeforeTheTimerRan_GivesNothing()
    {
        var queue = Some.Queue(q => q with { DefaultMessageTimeToLive = Minute });
        queue.Send("a");

        Assert.Empty(queue.Take(1, Some.Now + Minute));
    }

    [Fact]
    public void Advance_PastTheLifeOfALockedMessage_LetsItsHolderFinish()
    {
        var queue = Some.Queue(q => q with { DefaultMessageTimeToLive = TimeSpan.FromSeconds(10) });
        queue.Send("a");
        var token = queue.Take()[0].LockToken;
        var later = Some.Now + TimeSpan.FromSeconds(20);

        queue.Advance(later);

        Assert.True(queue.Settle(token, Some.Complete, later));
    }

    [Fact]
    public void Advance_PastTheSchedule_MakesTheMessageActiveUnderANewNumber()
    {
        var queue = Some.Queue();
        var scheduled = queue.Schedule(Some.Content("a"), Some.Now + Minute, Some.Now);

        Assert.Empty(queue.Take());
        queue.Advance(Some.Now + Minute);

        var message = queue.Take(1, Some.Now + Minute)[0];
        Assert.NotEqual(scheduled, message.SequenceNumber);
        Assert.Equal(Some.Now + Minute, message.EnqueuedAt);
    }

    [Fact]
    public void CancelScheduled_BeforeItIsDue_RemovesItOnce()
    {
        var queue = Some.Queue();
        var number = queue.Schedule(Some.Content("a"), Some.Now + Minute, Some.Now);

        Assert.True(queue.CancelScheduled(number));
        Assert.False(queue.CancelScheduled(number));

        queue.Advance(Some.Now + Minute);
        Assert.Empty(queue.Take());
    }

    [Fact]
    public void CancelScheduled_OfAnActiveMessage_IsRefused()
    {
        var queue = Some.Queue();
        queue.Send("a");

        Assert.False(queue.CancelScheduled(1));
    }

    [Fact]
    public void Send_OfARepeatWithinTheWindow_IsDropped()
    {
        var queue = Some.Queue(q => q with { DuplicateDetectionWindow = Minute });
        queue.Send("a");
        queue.Take(1, remove: true);

        queue.Send("a", Some.Now + TimeSpan.FromSeconds(59));
        queue.Send("b", Some.Now + TimeSpan.FromSeconds(59));

        Assert.Equal("b", Assert.Single(queue.Take(5)).Body());
    }

    [Fact]
    public void Send_OfARepeatAfterTheWindow_IsTaken()
    {
        var queue = Some.Queue(q => q with { DuplicateDetectionWindow = Minute });
        queue.Send("a");

        queue.Send("a", Some.Now + Minute);

        Assert.Equal(2, queue.Counts.Active);
    }

    [Fact]
    public void Send_OfAScheduledMessagesRepeat_IsDropped()
    {
        var queue = Some.Queue(q => q with { DuplicateDetectionWindow = Minute });
        queue.Schedule(Some.Content("a"), Some.Now + TimeSpan.FromSeconds(5), Some.Now);

        queue.Send("a");
        queue.Advance(Some.Now + TimeSpan.FromSeconds(5));

        Assert.Equal(1, queue.Counts.Active);
    }

    [Fact]
    public void TakeDeferred_OfAnExpiredMessage_DeadLettersIt()
    {
        var queue = Some.Queue(q => q with { DefaultMessageTimeToLive = Minute, DeadLetteringOnMessageExpiration = true });
        queue.Send("a");
        var delivery = queue.Take()[0];
        queue.Settle(delivery.LockToken, Some.Defer, Some.Now);

        queue.Advance(Some.Now + Minute);
        Assert.Equal(1, queue.Counts.Deferred);

        Assert.Null(queue.TakeDeferred(delivery.SequenceNumber, remove: true, Some.Now + Minute));
        Assert.Equal(1, queue.Counts.DeadLetter);
    }
}
