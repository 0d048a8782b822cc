using Azure.Messaging.ServiceBus;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

public abstract partial class ServiceBusContract
{
    /// <summary>Messages live five minutes in it, then they are dead-lettered.</summary>
    private const string BriefQueue = "contract-brief";

    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    [Fact(Timeout = Timeout)]
    public async Task Send_Expired_IsDeadLetteredWithTheReason()
    {
        await SendAsync(BriefQueue, new ServiceBusMessage("old") { TimeToLive = TimeSpan.FromSeconds(1) });

        var dead = await TakeOneAsync(BriefQueue, SubQueue.DeadLetter);

        Assert.Equal("TTLExpiredException", dead.DeadLetterReason);
        Assert.Equal("old", dead.Body.ToString());
    }

    [Theory(Timeout = Timeout)]
    [InlineData(60, 5)]
    [InlineData(null, 5)]
    [InlineData(2, 2)]
    public async Task ExpiresAt_OfAMessage_IsTheShorterOfItsOwnAndTheEntitysLife(int? asked, int counts)
    {
        var message = new ServiceBusMessage("brief");
        if (asked is { } minutes)
            message.TimeToLive = TimeSpan.FromMinutes(minutes);

        await SendAsync(BriefQueue, message);
        var received = await TakeOneAsync(BriefQueue);

        Assert.Equal(TimeSpan.FromMinutes(counts), received.TimeToLive);
        Assert.Equal(received.EnqueuedTime.AddMinutes(counts), received.ExpiresAt, Tolerance);
    }

    [Fact(Timeout = Timeout)]
    public async Task ExpiresAt_OfAScheduledMessage_CountsFromWhenItBecomesActive()
    {
        var now = TimeProvider.System.GetUtcNow();
        await using var sender = Client.CreateSender(BriefQueue);
        await using var receiver = Receiver(BriefQueue);

        var waiting = await sender.ScheduleMessageAsync(new("waiting") { TimeToLive = TimeSpan.FromHours(1) }, now.AddHours(2), Cancellation);
        var peeked = await receiver.PeekMessageAsync(cancellationToken: Cancellation);
        await sender.CancelScheduledMessageAsync(waiting, Cancellation);
        await sender.ScheduleMessageAsync(new("due") { TimeToLive = TimeSpan.FromHours(1) }, now.AddSeconds(2), Cancellation);
        var received = await TakeOneAsync(BriefQueue);

        Assert.Equal(ServiceBusMessageState.Scheduled, peeked.State);
        Assert.Equal(TimeSpan.FromMinutes(5), peeked.TimeToLive);
        Assert.Equal(now.AddHours(2).AddMinutes(5), peeked.ExpiresAt, Tolerance);
        Assert.Equal(TimeSpan.FromMinutes(5), received.TimeToLive);
        Assert.True(received.EnqueuedTime >= now.AddSeconds(1));
        Assert.Equal(received.EnqueuedTime.AddMinutes(5), received.ExpiresAt, Tolerance);
    }
}
