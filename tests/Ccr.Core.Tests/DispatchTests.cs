using Ccr.Core.Agents;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests;

/// <summary>Requests for a site that an agent serves.</summary>
public class DispatchTests
{
    private const int Limit = 300_000;
    private const string Machine = "CORP\\PC01";

    private static readonly SigningKey Key = SigningKey.Read(Convert.ToBase64String(new byte[32]))!;

    private readonly Pipeline _pipeline = new() { Site = Some.Site with { Transport = SiteTransport.Agent, SigningKeys = [Key] } };
    private readonly IncomingEvent _message = Event("1");

    private AgentCommand Command => _pipeline.Commands.Commands.First();

    [Fact(Timeout = Limit)]
    public async Task Process_SiteOfAnAgent_ClaimsHandsOverAndSaysSo()
    {
        var disposition = await _pipeline.ProcessAsync(_message);

        var command = Assert.Single(_pipeline.Commands.Commands);
        Assert.Equal(("PC01", "CORP", "hq", true, 1), (command.Machine, command.Domain, command.Site, command.Force, command.Version));
        Assert.Equal((Some.Time, Some.Time.AddDays(1), Some.Time.AddDays(1).AddHours(1)), (command.Issued, command.Expires, command.AnswerBy));
        Assert.True(CommandSignature.IsValid(command, [Key]));
        var result = Assert.Single(_pipeline.Results);
        Assert.Equal((Outcome.Dispatched, "CCR2019", command.RequestId), (result.Outcome, result.Reason, result.RequestId));
        Assert.Equal(command, (await ReadAsync()).Machine!.Claim!.Command);
        Assert.Equal(command.AnswerBy, Assert.IsType<Disposition.RetryAt>(disposition).At);
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_EventThatExpires_GivesTheCommandItsExpiry()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01", "expires": "2026-01-31T14:00:00Z" }"""));

        Assert.Equal(Some.Time.AddHours(2), Command.Expires);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_CommandCouldNotBeSent_SendsTheSameOneOnRedelivery()
    {
        _pipeline.Commands.Refusal = new InvalidOperationException("the queue is away");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.ProcessAsync(_message));
        var claimed = (await ReadAsync()).Machine!.Claim!.Command;
        _pipeline.Commands.Refusal = null;
        _pipeline.Time.Advance(TimeSpan.FromMinutes(2));

        await _pipeline.ProcessAsync(_message);

        Assert.Equal(claimed, Assert.Single(_pipeline.Commands.Commands));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_QueueOfTheAgentIsMissing_WaitsAndHandsOverOnceItIsThere()
    {
        _pipeline.Commands.Refusal = BrokerFault.Missing;
        var first = await _pipeline.ProcessAsync(_message);
        var waiting = _pipeline.Results.Single();
        var copy = _pipeline.Arrive(_message, first);
        copy = _pipeline.Arrive(copy, await _pipeline.ProcessAsync(copy));
        _pipeline.Commands.Refusal = null;

        await _pipeline.ProcessAsync(copy);

        Assert.Equal((Outcome.Deferred, "CCR2021"), (waiting.Outcome, waiting.Reason));
        Assert.StartsWith("CCR4999: A test's fault (ccr-agent-hq); tried once, and again at ", waiting.Detail, StringComparison.Ordinal);
        Assert.Equal([Outcome.Deferred, Outcome.Deferred, Outcome.Dispatched], _pipeline.Results.Select(result => result.Outcome));
        Assert.True(_pipeline.Results[1].Until - _pipeline.Results[1].Time > waiting.Until - waiting.Time);
        Assert.Equal(Command, (await ReadAsync()).Machine!.Claim!.Command);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_QueueOfTheAgentIsMissingUntilTheEventExpires_FailsAndFreesTheMachine()
    {
        _pipeline.Commands.Refusal = BrokerFault.Missing;
        var message = Some.Event(Some.CloudEvent("""{ "machine": "PC01", "expires": "2026-01-31T12:30:00Z" }"""));
        var copy = message;
        while (await _pipeline.ProcessAsync(copy) is Disposition.RetryAt retry) copy = _pipeline.Arrive(message, retry);

        Assert.Equal((Outcome.Failed, "CCR2022"), (_pipeline.Results[^1].Outcome, _pipeline.Results[^1].Reason));
        Assert.InRange(_pipeline.Time.GetUtcNow(), Some.Time.AddMinutes(10), Some.Time.AddMinutes(30));
        Assert.Equal((null, null), ((await ReadAsync()).Machine!.Claim, (await ReadAsync()).Machine!.Waiting));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_CommandMayHaveBeenSent_IsRepeatedWhileTheQueueDetectsItAndThenIndeterminate()
    {
        _pipeline.Commands.Refusal = BrokerFault.Unclear;
        var sending = _pipeline.ProcessAsync(_message);
        var claimed = (await ReadAsync()).Machine!.Claim!.Command;
        var copy = await ArriveWhenKeptAsync(_message, sending);
        _pipeline.Commands.Refusal = BrokerFault.Missing;

        // What is certain of the second attempt says nothing about the first.
        copy = await ArriveWhenKeptAsync(copy, _pipeline.ProcessAsync(copy));
        Assert.Equal(claimed, (await ReadAsync()).Machine!.Claim!.Command);
        _pipeline.Time.Advance(TimeSpan.FromMinutes(3));
        copy = _pipeline.Arrive(copy, await _pipeline.ProcessAsync(copy));
        await _pipeline.ProcessAsync(copy);

        var result = Assert.Single(_pipeline.Results);
        Assert.Equal((Outcome.Indeterminate, "CCR2020"), (result.Outcome, result.Reason));
        Assert.InRange(result.Time, claimed!.AnswerBy, claimed.AnswerBy.AddMinutes(5));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_RefusedWhileAnotherDeliverySentTheCommand_KeepsTheClaim()
    {
        _pipeline.Commands.Refusal = BrokerFault.Missing;
        _pipeline.Commands.Meanwhile = () =>
        {
            _pipeline.Commands.Refusal = null;
            return _pipeline.ProcessAsync(_message);
        };

        await _pipeline.ProcessAsync(_message);

        Assert.Equal(Command, (await ReadAsync()).Machine!.Claim!.Command);
        Assert.All(_pipeline.Commands.Commands, command => Assert.Equal(Command, command));
        Assert.All(_pipeline.Results, result => Assert.Equal(Outcome.Dispatched, result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_RedeliveredWhenTheBrokerNoLongerKnowsTheCommand_SendsNoSecondOne()
    {
        await _pipeline.ProcessAsync(_message);
        _pipeline.Time.Advance(TimeSpan.FromMinutes(4));

        var disposition = await _pipeline.ProcessAsync(_message);

        Assert.Single(_pipeline.Commands.Commands);
        Assert.IsType<Disposition.RetryAt>(disposition);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_AnotherEventForTheMachine_IsSuppressed()
    {
        await _pipeline.ProcessAsync(_message);

        await _pipeline.ProcessAsync(Event("2"));

        Assert.Equal((Outcome.Suppressed, Command.RequestId), (_pipeline.Results[^1].Outcome, _pipeline.Results[^1].Repeats));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_NoResultInTime_IsIndeterminateAndHoldsTheMachine()
    {
        var copy = _pipeline.Arrive(_message, await _pipeline.ProcessAsync(_message));

        var disposition = await _pipeline.ProcessAsync(copy);

        Assert.IsType<Disposition.Complete>(disposition);
        Assert.Equal((Outcome.Indeterminate, "CCR2020"), (_pipeline.Results[^1].Outcome, _pipeline.Results[^1].Reason));
        Assert.Single(_pipeline.Commands.Commands);
        Assert.NotNull((await ReadAsync()).Machine!.CoolDown);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_CopyAfterTheAgentsResult_SaysNothingMore()
    {
        var disposition = await _pipeline.ProcessAsync(_message);
        await RecordAsync(Answer(Outcome.Accepted));

        var end = await _pipeline.ProcessAsync(_pipeline.Arrive(_message, disposition));

        Assert.IsType<Disposition.Complete>(end);
        Assert.Equal(Outcome.Dispatched, Assert.Single(_pipeline.Results).Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_ResultAfterTheRequestWasGivenUp_IsPublishedAsLateAndHoldsTheMachine()
    {
        await _pipeline.ProcessAsync(_message);
        await GiveUpAsync(Command);

        await RecordAsync(Answer(Outcome.Accepted));
        await RecordAsync(Answer(Outcome.Accepted));

        var late = _pipeline.Publisher.Messages.Last();
        Assert.Equal(($"{Command.RequestId}-late", true, Outcome.Accepted), (late.MessageId, late.Properties["late"], _pipeline.Results[^1].Outcome));
        var state = await ReadAsync();
        Assert.Equal((Outcome.Failed, Command.RequestId), (state.Result!.Outcome, state.Machine!.CoolDown!.RequestId));
        Assert.Single(state.Machine.Pushes);
    }

    [Theory(Timeout = Limit)]
    [InlineData(-525_600, 0)]
    [InlineData(-10, 0)]
    [InlineData(10, 10)]
    [InlineData(525_600, 0)]
    public async Task Record_ResultOfAnAgentWhoseClockIsOff_HoldsTheMachineForItsCoolDown(int minutesOff, int minutesMore)
    {
        await _pipeline.ProcessAsync(_message);

        await RecordAsync(Answer(Outcome.Accepted) with { Time = Some.Time.AddMinutes(minutesOff) });

        Assert.Equal(Some.Time.AddMinutes(minutesMore) + _pipeline.Options.CoolDown, (await ReadAsync()).Machine!.CoolDown!.Until);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_TheLateCopyOfItself_IsNotPublishedAgain()
    {
        await _pipeline.ProcessAsync(_message);
        await GiveUpAsync(Command);
        await RecordAsync(Answer(Outcome.Accepted));
        var published = _pipeline.Publisher.Messages.Count;

        await RecordAsync(_pipeline.Results[^1]);

        Assert.Equal(published, _pipeline.Publisher.Messages.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_TheSameResultAgain_IsNotLate()
    {
        await _pipeline.ProcessAsync(_message);

        await RecordAsync(Answer(Outcome.Accepted));
        await RecordAsync(Answer(Outcome.Accepted));

        Assert.Equal(Outcome.Dispatched, Assert.Single(_pipeline.Results).Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_ResultThatSaysItIsLateButIsTheFirst_IsPublishedAsTheResult()
    {
        await _pipeline.ProcessAsync(_message);

        await RecordAsync(Answer(Outcome.Accepted) with { Late = true });

        Assert.Equal(($"{Command.RequestId}-agent", false), (_pipeline.Publisher.Messages.Last().MessageId, _pipeline.Results[^1].Late));
        Assert.False((await ReadAsync()).Result!.Late);
    }

    [Fact(Timeout = Limit)]
    public async Task GiveUp_CommandThatHadToWaitForItsQueue_FreesTheMachine()
    {
        _pipeline.Commands.Refusal = BrokerFault.Missing;
        var copy = _pipeline.Arrive(_message, await _pipeline.ProcessAsync(_message));
        _pipeline.Commands.Refusal = null;
        await _pipeline.ProcessAsync(copy);

        await GiveUpAsync(Command);

        Assert.Equal((null, null), ((await ReadAsync()).Machine!.Claim, (await ReadAsync()).Machine!.Waiting));
    }

    [Fact(Timeout = Limit)]
    public async Task GiveUp_CommandThatIsNotOurs_IsDeadLetteredAndEndsNothing()
    {
        await _pipeline.ProcessAsync(_message);

        var settlement = await GiveUpAsync(Command with { Signature = null });

        Assert.Equal("CCR4503", settlement.DeadLetterReason);
        Assert.Null((await ReadAsync()).Result);
    }

    /// <summary>The copy of a message that is kept for a while first.</summary>
    private async Task<IncomingEvent> ArriveWhenKeptAsync(IncomingEvent message, Task<Disposition> processing)
    {
        Assert.False(processing.IsCompleted);
        _pipeline.Time.Advance(TimeSpan.FromSeconds(30));
        return _pipeline.Arrive(message, await processing);
    }

    private static IncomingEvent Event(string id) => Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""", id), $"message-{id}");

    private ReinstallResult Answer(Outcome outcome) =>
        Command.Conclude(new Verdict(outcome, ManagementPointReasons.Accepted, "a test"), Some.Time) with { Agent = "agent-1" };

    private ValueTask<LedgerState> ReadAsync() => _pipeline.Ledger.ReadAsync(Machine, RequestIdOfCommand(), TestContext.Current.CancellationToken);

    private string RequestIdOfCommand() => _pipeline.Commands.Commands.FirstOrDefault()?.RequestId ?? "none";

    private Task<NotedSettlement> RecordAsync(ReinstallResult result) => Handlers.RecordAsync(_pipeline, AgentResult.Write(result, [Key]));

    private Task<NotedSettlement> GiveUpAsync(AgentCommand command) => Handlers.GiveUpAsync(_pipeline, command);
}
