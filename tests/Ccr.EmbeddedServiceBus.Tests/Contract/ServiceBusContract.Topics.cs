using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;

namespace Ccr.EmbeddedServiceBus.Tests.Contract;

public abstract partial class ServiceBusContract
{
    [Fact(Timeout = Timeout)]
    public async Task Send_ToTopic_ReachesTheSubscriptionsWhoseRulesMatch()
    {
        await SendAsync(Topic, new ServiceBusMessage("host"), FromAgent("agent"));

        string[] all = [(await TakeOneFromSubscriptionAsync("all")).Body.ToString(), (await TakeOneFromSubscriptionAsync("all")).Body.ToString()];
        var only = await TakeOneFromSubscriptionAsync("agents");

        Assert.Equal(["agent", "host"], all.Order());
        Assert.Equal("agent", only.Body.ToString());
        await using var receiver = Client.CreateReceiver(Topic, "agents");
        Assert.Null(await receiver.ReceiveMessageAsync(Moment, Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Rules_CreatedAndDeleted_DecideWhatTheSubscriptionGets()
    {
        await using var rules = Client.CreateRuleManager(Topic, "agents");
        await rules.CreateRuleAsync("urgent", new CorrelationRuleFilter { Subject = "urgent" }, Cancellation);
        await SendAsync(Topic, new ServiceBusMessage("taken") { Subject = "urgent" });
        var taken = await TakeOneFromSubscriptionAsync("agents");
        var listed = await rules.GetRulesAsync(Cancellation).ToListAsync(Cancellation);

        await rules.DeleteRuleAsync("urgent", Cancellation);
        await SendAsync(Topic, new ServiceBusMessage("passed over") { Subject = "urgent" }, FromAgent("next"));
        var next = await TakeOneFromSubscriptionAsync("agents");

        Assert.Equal("taken", taken.Body.ToString());
        Assert.Equal(["from-agents", "urgent"], listed.Select(rule => rule.Name).Order());
        Assert.Equal("urgent", Assert.IsType<CorrelationRuleFilter>(listed.Single(rule => rule.Name == "urgent").Filter).Subject);
        Assert.Equal("next", next.Body.ToString());
        await FailsAsync(ServiceBusFailureReason.MessagingEntityNotFound, () => rules.DeleteRuleAsync("urgent", Cancellation));
    }

    [Fact(Timeout = Timeout)]
    public async Task Schedule_OnATopic_ReachesItsSubscriptionsWhenDue()
    {
        await using var sender = Client.CreateSender(Topic);

        await sender.ScheduleMessageAsync(FromAgent("later"), TimeProvider.System.GetUtcNow().AddSeconds(1), Cancellation);

        Assert.Equal("later", (await TakeOneFromSubscriptionAsync("agents")).Body.ToString());
        Assert.Equal("later", (await TakeOneFromSubscriptionAsync("all")).Body.ToString());
    }

    private static ServiceBusMessage FromAgent(string body) => new(body) { ApplicationProperties = { ["via"] = "agent" } };
}
