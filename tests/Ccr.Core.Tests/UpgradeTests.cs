using Ccr.Core.Agents;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests;

/// <summary>What an earlier version began, whose request ids left out the domain, ends under the id that it had, and nothing is pushed twice.</summary>
public class UpgradeTests
{
    private const int Limit = 300_000;
    private const string Machine = "CORP\\PC01";

    /// <summary>SHA-256 of source, event and name, as earlier versions took it.</summary>
    private const string FormerId = "ccr-de43c0deadb5d9710982af03e05a2576";

    /// <summary>Earlier agents sign no results: an upgrade allows that until all are new (README.md of the agent).</summary>
    private readonly Pipeline _pipeline = new() { Site = Some.Site with { AllowUnsigned = true } };
    private readonly IncomingEvent _redelivered = Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""")) with { IsRedelivered = true };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Process_ResultOfAnEarlierVersionWasNotPublished_PublishesItUnderItsId()
    {
        await WriteAsync(new MachineRecord(Machine) { CoolDown = new CoolDown(FormerId, Some.Time.AddHours(1)) }, ResultOf(Outcome.Accepted));

        await _pipeline.ProcessAsync(_redelivered);

        Assert.Equal((FormerId, Outcome.Accepted), Assert.Single(_pipeline.Results.Select(r => (r.RequestId, r.Outcome))));
        Assert.Equal(FormerId, Assert.Single(_pipeline.Publisher.Messages).MessageId);
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_ClaimOfAnEarlierVersion_IsWaitedForAndEndsAsIndeterminate()
    {
        await WriteAsync(new MachineRecord(Machine) { Claim = new Claim(FormerId, Some.Time.AddMinutes(5)) });

        var copy = _pipeline.Arrive(_redelivered, await _pipeline.ProcessAsync(_redelivered));
        Assert.Empty(_pipeline.Results);
        await _pipeline.ProcessAsync(copy);

        Assert.Equal((FormerId, Outcome.Indeterminate), Assert.Single(_pipeline.Results.Select(r => (r.RequestId, r.Outcome))));
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_RequestThatWaitedInAnEarlierVersion_IsSentOnceUnderItsId()
    {
        await WriteAsync(new MachineRecord(Machine) { Waiting = new Waiting(FormerId, Some.Time.AddMinutes(-5), 2, Some.Time.AddHours(1)) });
        var copy = _redelivered with
        {
            MessageId = "copy",
            IsRedelivered = false,
            Properties = Redelivery.PropertiesOf(_redelivered, new Dictionary<int, string> { [0] = "CCR2016" }),
        };

        await _pipeline.ProcessAsync(copy);

        Assert.Equal((FormerId, Outcome.Accepted), Assert.Single(_pipeline.Results.Select(r => (r.RequestId, r.Outcome))));
        Assert.Single(_pipeline.Submitter.Submissions);
        Assert.Equal([FormerId], (await _pipeline.Ledger.ReadHistoryAsync(Machine, Stop)).Results.Select(result => result.RequestId));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_EventIsSentOnceMoreAfterTheUpgrade_IsHeldByTheCoolDown()
    {
        await WriteAsync(new MachineRecord(Machine) { CoolDown = new CoolDown(FormerId, Some.Time.AddHours(1)) }, ResultOf(Outcome.Accepted));

        await _pipeline.ProcessAsync(_redelivered with { IsRedelivered = false });

        Assert.Equal((Outcome.Suppressed, FormerId), Assert.Single(_pipeline.Results.Select(r => (r.Outcome, r.Repeats))));
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_ResultOfACommandOfAnEarlierVersion_EndsItsRequestOnce()
    {
        var command = Command();
        await WriteAsync(new MachineRecord(Machine) { Claim = new Claim(FormerId, command.AnswerBy) { Command = command } });
        var agentResult = command.Conclude(new Verdict(Outcome.Accepted, new ReasonCode("CCR3999", "", ""), ""), Some.Time) with { Agent = "a1" };

        Assert.Null((await Handlers.RecordAsync(_pipeline, ResultMessage.From(agentResult))).DeadLetterReason);
        var copy = Redelivery.PropertiesOf(_redelivered, new Dictionary<int, string> { [0] = "CCR2019" });
        await _pipeline.ProcessAsync(_redelivered with { MessageId = "copy", Properties = copy });

        Assert.Equal(agentResult, Assert.Single((await _pipeline.Ledger.ReadHistoryAsync(Machine, Stop)).Results));
        Assert.Empty(_pipeline.Results);
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact(Timeout = Limit)]
    public async Task Handle_CommandOfAnEarlierVersionComesBack_FreesItsMachine()
    {
        var command = Command();
        await WriteAsync(new MachineRecord(Machine) { Claim = new Claim(FormerId, command.AnswerBy) { Command = command } });

        Assert.Null((await Handlers.GiveUpAsync(_pipeline, command)).DeadLetterReason);

        Assert.Equal((FormerId, Outcome.Failed), Assert.Single(_pipeline.Results.Select(r => (r.RequestId, r.Outcome))));
        Assert.Null((await _pipeline.Ledger.ReadAsync(Machine, FormerId, Stop)).Machine!.Claim);
    }

    private static AgentCommand Command() => Some.Command with { RequestId = FormerId, Source = "ccr", EventId = "/cmdb 1" };

    private static ReinstallResult ResultOf(Outcome outcome) =>
        Command().Conclude(new Verdict(outcome, new ReasonCode("CCR3999", "", ""), ""), Some.Time);

    private async Task WriteAsync(MachineRecord machine, ReinstallResult? result = null) =>
        Assert.NotNull(await _pipeline.Ledger.TryWriteAsync(await _pipeline.Ledger.ReadAsync(Machine, FormerId, Stop), machine, result, Stop));
}
