using Ccr.EmbeddedServiceBus.Entities;

namespace Ccr.EmbeddedServiceBus.Tests.Entities;

public sealed class DeadLetterTests
{
    [Fact]
    public void Settle_WithDeadLetter_MovesTheMessageWithReasonAndProperties()
    {
        var queue = Some.Queue();
        queue.Send("a");

        queue.Settle(queue.Take()[0].LockToken, new Settlement.DeadLetter("R", "D", [new("extra", "E")]), Some.Now);

        var letter = queue.DeadLetterQueue!.Take()[0];
        Assert.Equal(["a", "R", "D", "E", "q"], [letter.Body(), letter.Property("DeadLetterReason"),
            letter.Property("DeadLetterErrorDescription"), letter.Property("extra"), letter.DeadLetterSource]);
        Assert.Equal(1, letter.EnqueuedSequenceNumber);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(10)]
    public void Settle_WithAbandonAtTheLastDelivery_DeadLetters(int maxDeliveryCount)
    {
        var queue = Some.Queue(q => q with { MaxDeliveryCount = maxDeliveryCount });
        queue.Send("a");

        for (var delivery = 0; delivery < maxDeliveryCount; delivery++)
        {
            var message = Assert.Single(queue.Take());
            Assert.Equal(delivery, message.DeliveryCount);
            queue.Settle(message.LockToken, Some.Abandon, Some.Now);
        }

        Assert.Empty(queue.Take());
        Assert.Equal("MaxDeliveryCountExceeded", queue.DeadLetterQueue!.Take()[0].Property("DeadLetterReason"));
    }

    [Fact]
    public void Advance_PastTheLastLock_DeadLetters()
    {
        var queue = Some.Queue(q => q with { MaxDeliveryCount = 1 });
        queue.Send("a");
        queue.Take();

        queue.Advance(Some.Now + Some.LockDuration);

        Assert.Equal(1, queue.Counts.DeadLetter);
    }

    [Fact]
    public void Settle_OfADeadLetter_NeverMovesItOn()
    {
        var queue = Some.Queue(q => q with { MaxDeliveryCount = 1 });
        queue.Send("a");
        queue.Settle(queue.Take()[0].LockToken, Some.Abandon, Some.Now);
        var letters = queue.DeadLetterQueue!;

        for (var i = 0; i < 5; i++)
            letters.Settle(letters.Take()[0].LockToken, Some.Abandon, Some.Now);
        letters.Settle(letters.Take()[0].LockToken, new Settlement.DeadLetter("again", null, []), Some.Now);

        Assert.Equal(1, letters.Counts.Active);
    }

    [Fact]
    public void Advance_OfADeadLetter_NeverExpiresIt()
    {
        var queue = Some.Queue(q => q with { MaxDeliveryCount = 1 });
        queue.Send("a");
        queue.Settle(queue.Take()[0].LockToken, Some.Abandon, Some.Now);

        queue.DeadLetterQueue!.Advance(Some.Now + TimeSpan.FromDays(1000));

        Assert.Equal(1, queue.Counts.DeadLetter);
    }

    [Fact]
    public void DeadLetter_WithAForwardTarget_GoesThereWithACleanCount()
    {
        var context = Some.Context();
        var target = Some.Queue(context: context);
        var queue = Some.Queue(q => q with { MaxDeliveryCount = 1 }, context);
        queue.ForwardDeadLettersTo = target;
        queue.Send("a");

        queue.Settle(queue.Take()[0].LockToken, Some.Abandon, Some.Now);

        Assert.Equal(0, queue.Counts.DeadLetter);
        var letter = target.Take()[0];
        Assert.Equal("MaxDeliveryCountExceeded", letter.Property("DeadLetterReason"));
        Assert.Equal(0, letter.DeliveryCount);
    }
}
