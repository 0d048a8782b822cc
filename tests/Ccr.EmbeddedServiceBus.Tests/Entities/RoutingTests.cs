using Amqp.Framing;
using Ccr.EmbeddedServiceBus.Configuration;
using Ccr.EmbeddedServiceBus.Entities;
using Ccr.EmbeddedServiceBus.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Ccr.EmbeddedServiceBus.Tests.Entities;

/// <summary>Topics, rules, forwarding and limits.</summary>
public sealed class RoutingTests
{
    [Theory]
    [InlineData("red", 1)]
    [InlineData("blue", 0)]
    public void Send_ToATopic_ReachesSubscriptionsWhoseRuleMatches(string colour, int expected)
    {
        var broker = Broker(new ServiceBusConfig().AddTopic("t", t => t with
        {
            Subscriptions =
            [
                new("all"),
                new("red") { Rules = [new("r", Property("colour", "red"))] },
                new("none") { Rules = [new("r", new RuleFilter.MatchNone())] },
            ],
        }));

        broker.Entities.FindSendable("T")!.Send(new Arrival(Some.Content("a", m => m.ApplicationProperties = Properties(colour))), Some.Now);

        Assert.Equal([1, expected, 0], Actives(broker, "t/Subscriptions/all", "t/subscriptions/red", "t/Subscriptions/none"));
    }

    [Fact]
    public void Send_ThatMatchesSeveralRules_IsDeliveredOnce()
    {
        var broker = Broker(new ServiceBusConfig().AddTopic("t", t => t with
        {
            Subscriptions = [new("s") { Rules = [new("1", new RuleFilter.MatchAll()), new("2", new RuleFilter.MatchAll())] }],
        }));

        broker.Entities.FindSendable("t")!.Send("a");

        Assert.Equal([1], Actives(broker, "t/Subscriptions/s"));
    }

    [Theory]
    [InlineData(7, 7L, true)]
    [InlineData(7, 8L, false)]
    [InlineData("7", 7, false)]
    [InlineData(true, true, true)]
    public void Match_OfAnApplicationProperty_ComparesNumbersByValue(object wanted, object actual, bool matches)
    {
        var content = Some.Content("a", m => m.ApplicationProperties = new ApplicationProperties { ["p"] = actual });

        Assert.Equal(matches, new FilterFacts(content).Match(Property("p", wanted)));
    }

    [Fact]
    public void Match_OfSystemProperties_NeedsAllOfThem()
    {
        var content = Some.Content("id", m =>
        {
            m.Properties.CorrelationId = "c";
            m.Properties.Subject = "s";
            m.Properties.ContentType = "application/json";
        });
        var facts = new FilterFacts(content);

        Assert.True(facts.Match(new RuleFilter.Correlation { CorrelationId = "c", Label = "s", MessageId = "id", ContentType = "application/json" }));
        Assert.False(facts.Match(new RuleFilter.Correlation { CorrelationId = "c", Label = "other" }));
    }

    [Fact]
    public void Send_ToAForwardingQueue_ArrivesAtTheEndOfTheChain()
    {
        var broker = Broker(new ServiceBusConfig()
            .AddQueue("first", q => q with { ForwardTo = "topic" })
            .AddTopic("topic", t => t with { Subscriptions = [new("s") { ForwardTo = "last" }] })
            .AddQueue("last"));

        broker.Entities.FindSendable("first")!.Send("a");

        Assert.Equal([0, 0, 1], Actives(broker, "first", "topic/Subscriptions/s", "last"));
    }

    [Fact]
    public void Schedule_OnATopic_IsPublishedWhenDue()
    {
        var broker = Broker(new ServiceBusConfig().AddTopic("t", "s"));
        var intake = broker.Entities.FindSendable("t")!;

        intake.Schedule(Some.Content("a"), Some.Now.AddMinutes(1), Some.Now);
        intake.Advance(Some.Now.AddMinutes(1));

        Assert.Equal([1], Actives(broker, "t/Subscriptions/s"));
    }

    [Fact]
    public void Send_ToATopicWithAShorterLife_ExpiresByTheTopic()
    {
        var broker = Broker(new ServiceBusConfig().AddTopic(
            "t", t => t with { DefaultMessageTimeToLive = TimeSpan.FromSeconds(1), Subscriptions = [new("s")] }));
        broker.Entities.FindSendable("t")!.Send("a");

        broker.Entities.Find("t/Subscriptions/s")!.Advance(Some.Now.AddSeconds(1));

        Assert.Equal([0], Actives(broker, "t/Subscriptions/s"));
    }

    [Fact]
    public void HasRoomFor_AtTheLimit_IsFalseAlsoForDeadLettersAndBehindForwards()
    {
        var context = Some.Context(new EntityLimits(MaxMessages: 2, MaxBytes: 1_000, MaxRememberedIds: 10));
        var target = Some.Queue(q => q with { MaxDeliveryCount = 1 }, context);
        var source = Some.Queue(context: context);
        source.ForwardTo = target;
        source.Send("a");
        target.Settle(target.Take()[0].LockToken, Some.Abandon, Some.Now);
        source.Send("b");

        Assert.Equal(new EntityCounts(1, 0, 0, 0, 1), target.Counts);
        Assert.False(target.HasRoomFor(1, 10));
        Assert.False(source.HasRoomFor(1, 10));
        Assert.False(Some.Queue(context: context).HasRoomFor(1, 1_001));
    }

    [Fact]
    public void HasRoomFor_WithAFullDuplicateHistory_IsFalseUntilItForgets()
    {
        var context = Some.Context(new EntityLimits(100, 1_000_000, MaxRememberedIds: 2));
        var queue = Some.Queue(q => q with { DuplicateDetectionWindow = TimeSpan.FromMinutes(1) }, context);
        queue.Send("a");
        queue.Send("b");

        Assert.False(queue.HasRoomFor(1, 1));
        queue.Advance(Some.Now.AddMinutes(1));
        Assert.True(queue.HasRoomFor(1, 1));
    }

    private static Broker Broker(ServiceBusConfig config) => new(
        config, new EntityLimits(100, 100_000, 100), new MemoryJournal(), new FakeTimeProvider(new DateTimeOffset(Some.Now)));

    private static int[] Actives(Broker broker, params string[] paths) =>
        [.. paths.Select(p => broker.Entities.FindReceivable(p)!.Counts.Active)];

    private static RuleFilter.Correlation Property(string name, object value) =>
        new() { Properties = new Dictionary<string, object>(StringComparer.Ordinal) { [name] = value } };

    private static ApplicationProperties Properties(string colour) => new() { ["colour"] = colour };
}
