using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.EmbeddedServiceBus.Entities;
using Ccr.EmbeddedServiceBus.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.EmbeddedServiceBus.Tests.Entities;

/// <summary>The timer and the waking of consumers.</summary>
public sealed class BrokerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(Some.Now));

    [Fact]
    public async Task Timer_WhenALockExpires_WakesAWaitingConsumer()
    {
        await using var broker = Broker(q => q with { LockDuration = TimeSpan.FromSeconds(30) });
        var queue = broker.Entities.Find("q")!;
        var consumer = new CountingConsumer();
        using (var turn = broker.Enter())
        {
            queue.Send("a", turn.Now);
            queue.Take(consumer, 2, remove: false, [], turn.Now);
        }

        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(0, consumer.Wakes);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(1, consumer.Wakes);
        Assert.Equal(1, queue.Counts.Active);
    }

    [Fact]
    public async Task Timer_WhenAMessageExpires_DropsIt()
    {
        await using var broker = Broker(q => q with { DefaultMessageTimeToLive = TimeSpan.FromMinutes(5) });
        using (var turn = broker.Enter())
            broker.Entities.Find("q")!.Send("a", turn.Now);

        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(0, broker.Entities.Find("q")!.Counts.Active);
    }

    [Fact]
    public async Task Timer_WithAnEarlierDueTimeAfterALaterOne_FiresForBoth()
    {
        await using var broker = Broker(q => q);
        var queue = broker.Entities.Find("q")!;
        using (var turn = broker.Enter())
            queue.Schedule(Some.Content("late"), turn.Now.AddSeconds(20), turn.Now);
        using (var turn = broker.Enter())
            queue.Schedule(Some.Content("early"), turn.Now.AddSeconds(10), turn.Now);

        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(1, queue.Counts.Active);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, queue.Counts.Active);
    }

    [Fact]
    public async Task Send_WithTwoWaitingConsumers_WakesOneForEachMessage()
    {
        await using var broker = Broker(q => q);
        var queue = broker.Entities.Find("q")!;
        CountingConsumer[] consumers = [new(), new()];
        using (var turn = broker.Enter())
        {
            foreach (var consumer in consumers)
                queue.Take(consumer, 1, remove: false, [], turn.Now);
        }

        using (var turn = broker.Enter())
            queue.Send("a", turn.Now);
        Assert.Equal([1, 0], consumers.Select(c => c.Wakes));
        using (var turn = broker.Enter())
            queue.Send("b", turn.Now);
        Assert.Equal([1, 1], consumers.Select(c => c.Wakes));
    }

    [Fact]
    public async Task StopWaiting_OfAWokenConsumerThatIsGone_PassesTheMessageOn()
    {
        await using var broker = Broker(q => q);
        var queue = broker.Entities.Find("q")!;
        CountingConsumer[] consumers = [new(), new()];
        using (var turn = broker.Enter())
        {
            foreach (var consumer in consumers)
                queue.Take(consumer, 1, remove: false, [], turn.Now);
            queue.Send("a", turn.Now);
        }

        using (broker.Enter())
            queue.StopWaiting(consumers[0]);

        Assert.Equal(1, consumers[1].Wakes);
    }

    private Broker Broker(Func<QueueConfig, QueueConfig> configure) => new(
        new ServiceBusConfig().AddQueue("q", configure), new EntityLimits(100, 100_000, 100), new MemoryJournal(), _time);

    private sealed class CountingConsumer : IConsumer
    {
        public int Wakes { get; private set; }

        public void Wake() => Wakes++;
    }
}
