using System.Text;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Results;
using Ccr.Functions.Tests.Support;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Functions.Tests;

public class AgentTests
{
    private const string Machine = "CORP\\PC01";

    [Theory(Timeout = Some.Patience)]
    [InlineData(Outcome.Accepted, true)]
    [InlineData(Outcome.Indeterminate, true)]
    [InlineData(Outcome.Failed, false)]
    public async Task RecordResult_OfAnAgent_IsRecordedAndEndsTheClaim(Outcome outcome, bool coolsDown)
    {
        await using var installation = await Installation.StartAsync();
        await ClaimAsync(installation);
        await SendResultAsync(installation, outcome);

        await RecordAsync(installation);

        var state = await ReadAsync(installation);
        Assert.Equal(outcome, state.Result!.Outcome);
        Assert.Null(state.Machine!.Claim);
        Assert.Equal(coolsDown, state.Machine.CoolDown is not null);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task RecordResult_AfterTheCommandWasGivenUp_ChangesNoResultAndHoldsTheMachine()
    {
        await using var installation = await Installation.StartAsync();
        await ClaimAsync(installation);
        await installation.SendAsync(Entities.AgentUndelivered, Some.CommandText, Some.Command.RequestId);
        await GiveUpAsync(installation);
        await SendResultAsync(installation, Outcome.Accepted);

        await RecordAsync(installation);

        var state = await ReadAsync(installation);
        Assert.Equal(Outcome.Failed, state.Result!.Outcome);
        Assert.Equal(Some.Command.RequestId, state.Machine!.CoolDown!.RequestId);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task RecordResult_OfSomethingElse_IsDeadLettered()
    {
        await using var installation = await Installation.StartAsync();
        await installation.SendAsync(Entities.Results, "{}", properties: new Dictionary<string, object>(StringComparer.Ordinal) { ["via"] = "agent" });

        await RecordAsync(installation);

        var path = EntityPath.DeadLetterQueue(EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription));
        Assert.Equal("CCR4502", Assert.Single(await installation.PeekAsync(path)).DeadLetterReason);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task RecordResult_ThatIsNotSigned_IsDeadLetteredAndEndsNothing()
    {
        await using var installation = await Installation.StartAsync();
        await ClaimAsync(installation);
        await installation.SendAsync(
            Entities.Results,
            Encoding.UTF8.GetString(Some.AgentResult(Outcome.Failed).Body.Span),
            properties: new Dictionary<string, object>(StringComparer.Ordinal) { ["via"] = "agent" });

        await RecordAsync(installation);

        var path = EntityPath.DeadLetterQueue(EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription));
        Assert.Equal("CCR4521", Assert.Single(await installation.PeekAsync(path)).DeadLetterReason);
        Assert.NotNull((await ReadAsync(installation)).Machine!.Claim);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task AgentCommandUndelivered_OfACopyUnderAnotherId_IsDeadLetteredAndEndsNothing()
    {
        await using var installation = await Installation.StartAsync();
        await ClaimAsync(installation);
        await installation.SendAsync(Entities.AgentUndelivered, Some.CommandText, "a-copy");

        await GiveUpAsync(installation);

        Assert.Equal("CCR4503", Assert.Single(await installation.PeekAsync(EntityPath.DeadLetterQueue(Entities.AgentUndelivered))).DeadLetterReason);
        Assert.NotNull((await ReadAsync(installation)).Machine!.Claim);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task AgentCommandUndelivered_ForACommandThatExpiredOnItsQueue_FailsTheRequestAndFreesTheMachine()
    {
        await using var installation = await Installation.StartAsync();
        await ClaimAsync(installation);
        await installation.SendAsync("ccr-agent-hq", Some.CommandText, Some.Command.RequestId, timeToLive: TimeSpan.FromMinutes(2));

        installation.Time.Advance(TimeSpan.FromMinutes(3));
        await GiveUpAsync(installation);

        var result = Assert.Single(await installation.ResultsAsync());
        Assert.Equal((Outcome.Failed, "CCR4501", "PC01", "hq"), (result.Outcome, result.Reason, result.Machine, result.Site));
        Assert.Contains("TTLExpiredException", result.Detail);
        Assert.Null((await ReadAsync(installation)).Machine!.Claim);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task AgentCommandUndelivered_AfterTheAgentsResult_SaysNothing()
    {
        await using var installation = await Installation.StartAsync();
        await ClaimAsync(installation);
        await SendResultAsync(installation, Outcome.Accepted);
        await RecordAsync(installation);
        await installation.SendAsync(Entities.AgentUndelivered, Some.CommandText, Some.Command.RequestId);

        await GiveUpAsync(installation);

        Assert.Equal(Outcome.Accepted, Assert.Single(await installation.ResultsAsync()).Outcome);
        Assert.Equal(Outcome.Accepted, (await ReadAsync(installation)).Result!.Outcome);
    }

    [Fact(Timeout = Some.Patience)]
    public async Task AgentCommandUndelivered_DeliveredTwice_PublishesTheSameMessageAgain()
    {
        await using var installation = await Installation.StartAsync();
        await ClaimAsync(installation);
        await installation.SendAsync(Entities.AgentUndelivered, Some.CommandText, Some.Command.RequestId);
        await installation.SendAsync(Entities.AgentUndelivered, Some.CommandText, Some.Command.RequestId);

        await GiveUpAsync(installation);
        await GiveUpAsync(installation);

        Assert.Equal(Some.Command.RequestId, Assert.Single(await installation.ResultsAsync()).RequestId);
    }

    private static async Task ClaimAsync(Installation installation)
    {
        var claimed = new MachineRecord(Machine)
        {
            Claim = new Claim(Some.Command.RequestId, DateTimeOffset.MaxValue) { Command = Some.Command },
            Handed = [Handed.Of(Some.Command)],
        };
        Assert.NotNull(await installation.Ledger.TryWriteAsync(await ReadAsync(installation), claimed, null, TestContext.Current.CancellationToken));
    }

    private static ValueTask<LedgerState> ReadAsync(Installation installation) =>
        installation.Ledger.ReadAsync(Machine, Some.Command.RequestId, TestContext.Current.CancellationToken);

    private static Task SendResultAsync(Installation installation, Outcome outcome)
    {
        var message = Some.AgentResult(outcome);
        return installation.SendAsync(Entities.Results, Encoding.UTF8.GetString(message.Body.Span), message.MessageId, message.Properties);
    }

    private static Task RecordAsync(Installation installation) => installation.TakeAsync(
        EntityPath.Subscription(Entities.Results, Entities.LedgerSubscription),
        trigger => installation.Get<RecordResult>().RunAsync(trigger.Message, trigger.Actions.Object, TestContext.Current.CancellationToken));

    private static Task GiveUpAsync(Installation installation) => installation.TakeAsync(
        Entities.AgentUndelivered,
        trigger => installation.Get<AgentCommandUndelivered>().RunAsync(trigger.Message, trigger.Actions.Object, TestContext.Current.CancellationToken));
}
