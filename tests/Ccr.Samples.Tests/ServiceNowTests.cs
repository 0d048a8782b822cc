using System.Text.Json.Nodes;
using Ccr.Core.Results;

namespace Ccr.Samples.Tests;

public class ServiceNowTests
{
    private const int Timeout = 120_000;
    private const string Subscription = "servicenow";

    [Fact(Timeout = Timeout)]
    public async Task Verified_OfAnAlertWithAnIncident_ResolvesItWithTheReason()
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        var change = JsonNode.Parse(Assert.Single(serviceNow.Changes).Body)!;
        Assert.Equal(("6", "Solution provided"), (change["state"]!.GetValue<string>(), change["close_code"]!.GetValue<string>()));
        Assert.Equal(
            "CORP\\PC01: The client was reinstalled. since the push changed: registration [ccr-1-verification-1]", change["close_notes"]!.GetValue<string>());
        Assert.Contains("message_key=client health PC01^", serviceNow.Calls[0].Query);
        Assert.Equal(0, topic.Counts(Subscription).DeadLetter);
    }

    [Fact(Timeout = Timeout)]
    public async Task Verified_ThatComesTwice_ResolvesOnce()
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.VerifiedMessage, Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Equal(["GET", "PATCH", "GET"], serviceNow.Calls.Select(call => call.Method));
    }

    [Fact(Timeout = Timeout)]
    public async Task Verified_ThatComesAgainAfterAPersonOpenedTheIncidentAgain_LeavesItOpen()
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        await using var consumer = await ConsumeAsync(topic, serviceNow);
        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);
        serviceNow.Reopen();

        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Equal("2", serviceNow.State);
        Assert.Equal(["GET", "PATCH", "GET"], serviceNow.Calls.Select(call => call.Method));
    }

    /// <summary>With the rules most of these do not come at all; without them the sample itself leaves them alone.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnythingButVerified_WithAndWithoutTheRules_ResolvesNothing(bool withRules)
    {
        await using var topic = await Topic.StartAsync(withRules);
        await using var serviceNow = await FakeServiceNow.StartAsync();
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(
            Some.Seen(VerificationOutcome.InRetry, 1),
            Some.Seen(VerificationOutcome.NotVerified, 2),
            Some.Seen(VerificationOutcome.Unknown, 3),
            ResultMessage.From(Some.Verified with { Strength = EvidenceStrength.Weak, Number = 4 }),
            ResultMessage.From(Some.Verified with { Source = "scom", Number = 5 }),
            ResultMessage.From(Some.Accepted),
            Some.Look);
        await topic.SettledAsync(Subscription);
        var calls = serviceNow.Calls;
        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Empty(calls);
        Assert.Single(serviceNow.Changes);
        Assert.Equal(0, topic.Counts(Subscription).DeadLetter);
    }

    /// <summary>Each delivery is tried three times, so the larger number takes several.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("GET", 1)]
    [InlineData("PATCH", 2)]
    [InlineData("GET", 7)]
    [InlineData("PATCH", 7)]
    public async Task ServiceNow_AnswersWith503ForAWhile_HasTheIncidentResolvedOnce(string method, int times)
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        serviceNow.FailWith(call => call.Method == method && times-- > 0 ? 503 : null);
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Equal("6", serviceNow.State);
        Assert.Equal("PATCH", serviceNow.Calls[^1].Method);
        Assert.Equal(0, topic.Counts(Subscription).DeadLetter);
    }

    [Fact(Timeout = Timeout)]
    public async Task ServiceNow_ResolvesAndItsAnswerIsLost_IsNotAskedTwice()
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        serviceNow.ChangesBeforeAFault = true;
        serviceNow.FailWith(call => call.Method == "PATCH" ? 500 : null);
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Equal(["GET", "PATCH", "GET"], serviceNow.Calls.Select(call => call.Method));
        Assert.Equal(0, topic.Counts(Subscription).DeadLetter);
    }

    [Fact(Timeout = Timeout)]
    public async Task ServiceNow_IsAwayForLong_LeavesTheMessageInTheDeadLetterQueue()
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        serviceNow.FailWith(_ => 503);
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Equal(30, serviceNow.Calls.Count);
        Assert.Equal("ccr-1-verification-1", (await topic.TakeDeadLetterAsync(Subscription)).MessageId);
    }

    [Theory(Timeout = Timeout)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task ServiceNow_Refuses_LeavesTheMessageInTheDeadLetterQueueWithTheReason(int status)
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        serviceNow.FailWith(_ => status);
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Single(serviceNow.Calls);
        Assert.Equal($"GET was answered with {status}", (await topic.TakeDeadLetterAsync(Subscription)).DeadLetterErrorDescription);
    }

    /// <summary>What a query or ServiceNow itself would obey, and what is no id of such an event.</summary>
    [Theory(Timeout = Timeout)]
    [InlineData("key^ORactive=true 2026-01-31 11:59:58 New 2")]
    [InlineData("javascript:gs.getUserID() 2026-01-31 11:59:58 New 2")]
    [InlineData("message-1 New 2")]
    [InlineData("")]
    public async Task Verified_OfAnIdThatCannotBeAskedFor_AsksForNothing(string eventId)
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(ResultMessage.From(Some.Verified with { EventId = eventId }));
        await topic.SettledAsync(Subscription);

        Assert.Empty(serviceNow.Calls);
        Assert.Equal("Refused", (await topic.TakeDeadLetterAsync(Subscription)).DeadLetterReason);
    }

    [Theory(Timeout = Timeout)]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{ "type": "ccr.reinstall.verification" }""")]
    public async Task Body_ThatIsNoMessageOfTheContract_IsKeptForAPerson(string body)
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.WithBody(body));
        await topic.SettledAsync(Subscription);

        Assert.Empty(serviceNow.Calls);
        Assert.Equal("the body is no message of the contract", (await topic.TakeDeadLetterAsync(Subscription)).DeadLetterErrorDescription);
    }

    [Fact(Timeout = Timeout)]
    public async Task Verified_OfAnAlertWithoutAnIncident_HasNothingToDo()
    {
        await using var topic = await Topic.StartAsync();
        await using var serviceNow = await FakeServiceNow.StartAsync();
        serviceNow.HasIncident = false;
        await using var consumer = await ConsumeAsync(topic, serviceNow);

        await topic.PublishAsync(Some.VerifiedMessage);
        await topic.SettledAsync(Subscription);

        Assert.Equal(["GET"], serviceNow.Calls.Select(call => call.Method));
        Assert.Equal(0, topic.Counts(Subscription).DeadLetter);
    }

    private static Task<SubscriptionConsumer> ConsumeAsync(Topic topic, FakeServiceNow serviceNow) =>
        topic.ConsumeAsync(Subscription, new ServiceNowIncidents(HttpCalls.CreateClient(serviceNow.Address), "Solution provided"));
}
