using System.Text;
using Ccr.Core.Results;

namespace Ccr.Samples.Tests;

public class WebhookTests
{
    private const int Timeout = 120_000;
    private const string Subscription = "webhook";

    private static readonly DateTimeOffset Later = DateTimeOffset.UnixEpoch.AddYears(60);

    [Theory(Timeout = Timeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Finals_OfBothKinds_ArePostedAsTheyAreUnderTheirMessageId(bool withRules)
    {
        var finals = Enum.GetValues<Outcome>().Where(outcome => outcome.IsTerminal())
            .Select(outcome => ResultMessage.From(Some.Accepted with { Outcome = outcome, RequestId = $"ccr-{outcome}" }))
            .Concat(new[] { VerificationOutcome.Verified, VerificationOutcome.NotVerified, VerificationOutcome.Unknown }.Select(
                outcome => Some.Seen(outcome, (int)outcome + 1))).ToList();
        await using var topic = await Topic.StartAsync(withRules);
        await using var server = await FakeServer.StartAsync(_ => (204, ""));
        await using var consumer = await ConsumeAsync(topic, server);

        await topic.PublishAsync([.. finals]);
        await topic.SettledAsync(Subscription);

        Assert.Equal(
            finals.Select(message => (message.MessageId, Encoding.UTF8.GetString(message.Body.Span))), server.Calls.Select(call => (call.Key!, call.Body)));
        Assert.All(server.Calls, call => Assert.Equal(("POST", "/hook", ResultMessage.ContentType), (call.Method, call.Path, call.ContentType)));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Interim_OfBothKindsAndLooks_AreNotPosted(bool withRules)
    {
        await using var topic = await Topic.StartAsync(withRules);
        await using var server = await FakeServer.StartAsync(_ => (204, ""));
        await using var consumer = await ConsumeAsync(topic, server);

        await topic.PublishAsync(
            ResultMessage.From(Some.Accepted with { Outcome = Outcome.Deferred, Until = Later }),
            ResultMessage.From(Some.Accepted with { Outcome = Outcome.Dispatched }),
            Some.Seen(VerificationOutcome.InRetry, 1),
            Some.Look,
            ResultMessage.From(Some.Accepted));
        await topic.SettledAsync(Subscription);

        Assert.Equal(["ccr-1"], server.Calls.Select(call => call.Key));
        Assert.Equal(0, topic.Counts(Subscription).DeadLetter);
    }

    [Fact(Timeout = Timeout)]
    public async Task Result_ThatComesTwice_HasTheSameKeyBothTimes()
    {
        await using var topic = await Topic.StartAsync();
        await using var server = await FakeServer.StartAsync(_ => (204, ""));
        await using var consumer = await ConsumeAsync(topic, server);

        await topic.PublishAsync(ResultMessage.From(Some.Accepted), ResultMessage.From(Some.Accepted));
        await topic.SettledAsync(Subscription);

        Assert.Equal(["ccr-1", "ccr-1"], server.Calls.Select(call => call.Key));
    }

    [Theory(Timeout = Timeout)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task Receiver_CannotForAWhile_GetsItLaterUnderTheSameKey(int status)
    {
        var left = 7;
        await using var topic = await Topic.StartAsync();
        await using var server = await FakeServer.StartAsync(_ => left-- > 0 ? (status, "") : (204, ""));
        await using var consumer = await ConsumeAsync(topic, server);

        await topic.PublishAsync(ResultMessage.From(Some.Accepted));
        await topic.SettledAsync(Subscription);

        Assert.Equal(8, server.Calls.Count);
        Assert.All(server.Calls, call => Assert.Equal("ccr-1", call.Key));
        Assert.Equal(0, topic.Counts(Subscription).DeadLetter);
    }

    [Fact(Timeout = Timeout)]
    public async Task Receiver_Refuses_LeavesTheMessageInTheDeadLetterQueueAndTheNextOneGoes()
    {
        await using var topic = await Topic.StartAsync();
        await using var server = await FakeServer.StartAsync(call => (call.Key == "ccr-1" ? 400 : 204, ""));
        await using var consumer = await ConsumeAsync(topic, server);

        await topic.PublishAsync(ResultMessage.From(Some.Accepted), ResultMessage.From(Some.Accepted with { RequestId = "ccr-2" }));
        await topic.SettledAsync(Subscription);

        Assert.Equal(["ccr-1", "ccr-2"], server.Calls.Select(call => call.Key));
        Assert.Equal("ccr-1", (await topic.TakeDeadLetterAsync(Subscription)).MessageId);
    }

    [Fact(Timeout = Timeout)]
    public async Task Consumer_StoppedWhileItWaitsForTheReceiver_LeavesTheMessage()
    {
        await using var topic = await Topic.StartAsync();
        await using var server = await FakeServer.StartAsync(_ => (503, ""));
        var consumer = await ConsumeAsync(topic, server, new RetryPlan { FirstWait = TimeSpan.FromHours(1) });

        await topic.PublishAsync(ResultMessage.From(Some.Accepted));
        await Topic.IsTrueAsync(() => server.Calls.Count > 0);
        await consumer.DisposeAsync();

        Assert.Equal((1, 0), (topic.Counts(Subscription).Active + topic.Counts(Subscription).Locked, topic.Counts(Subscription).DeadLetter));
    }

    private static Task<SubscriptionConsumer> ConsumeAsync(Topic topic, FakeServer server, RetryPlan? plan = null) =>
        topic.ConsumeAsync(Subscription, new Webhook(HttpCalls.CreateClient(new Uri(server.Address, "hook"))), plan);
}
