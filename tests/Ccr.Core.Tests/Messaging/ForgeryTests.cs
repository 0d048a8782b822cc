using Ccr.Core.Agents;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests.Messaging;

/// <summary>Whoever may send to the results topic or to the agents' queues, and what that is not enough for.</summary>
public class ForgeryTests
{
    private const int Limit = 300_000;
    private const string Machine = "CORP\\PC01";

    private static readonly SigningKey HqKey = KeyOf(1);
    private static readonly SigningKey BranchKey = KeyOf(2);
    private static readonly Site Branch = Some.Site with { Key = "branch", Transport = SiteTransport.Agent, SigningKeys = [BranchKey] };
    private static readonly IncomingEvent Message = Event("1");

    /// <summary>The site hq sends by itself.</summary>
    private readonly Pipeline _direct = new() { OtherSites = [Branch] };

    /// <summary>An agent serves the site hq.</summary>
    private readonly Pipeline _agent = new() { Site = Some.Site with { Transport = SiteTransport.Agent, SigningKeys = [HqKey] }, OtherSites = [Branch] };

    [Theory(Timeout = Limit)]
    [InlineData("hq", false, "CCR4521")]
    [InlineData("branch", false, "CCR4521")]
    [InlineData("nowhere", false, "CCR4521")]
    [InlineData("hq", true, "CCR4521")]
    [InlineData("branch", true, "CCR4522")]
    public async Task Record_AcceptedBeforeTheEventCame_IsDeadLetteredAndTheEventIsCarriedOut(string site, bool signedByTheBranch, string code)
    {
        var forged = Forged(Outcome.Accepted, site) with { RequestId = await RequestIdAsync() };
        var settlement = await RecordAsync(_direct, forged, signedByTheBranch ? [BranchKey] : []);
        await _direct.ProcessAsync(Message);

        Assert.Equal(code, settlement.DeadLetterReason);
        Assert.Single(_direct.Submitter.Submissions);
        Assert.Equal("CCR3999", Assert.Single(_direct.Results).Reason);
    }

    [Theory(Timeout = Limit)]
    [InlineData("hq", false)]
    [InlineData("branch", true)]
    public async Task Record_FailedWhileTheManagementPointWorks_FreesNoMachine(string site, bool signedByTheBranch)
    {
        var answer = new TaskCompletionSource<SubmissionVerdict>();
        _direct.Submitter.Answer = (_, _) => answer.Task;
        var processing = _direct.ProcessAsync(Message);

        await RecordAsync(_direct, Forged(Outcome.Failed, site) with { RequestId = await RequestIdAsync() }, signedByTheBranch ? [BranchKey] : []);
        await _direct.ProcessAsync(Event("2"));
        answer.SetResult(SubmissionVerdict.Accepted);
        await processing;

        Assert.Single(_direct.Submitter.Submissions);
        Assert.Equal([Outcome.Suppressed, Outcome.Accepted], _direct.Results.Select(result => result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Record_ThreeResultsOfASignedSiteForAMachineThatNobodyNamed_QuarantineNothing()
    {
        for (var n = 1; n <= 3; n++)
        {
            var settlement = await RecordAsync(_direct, Forged(Outcome.Accepted, "branch") with { RequestId = $"ccr-{n}" }, [BranchKey]);
            Assert.Equal("CCR4522", settlement.DeadLetterReason);
        }

        var history = await _direct.Ledger.ReadHistoryAsync(Machine, TestContext.Current.CancellationToken);
        Assert.Null(history.Machine);
        Assert.Empty(history.Results);
        await _direct.ProcessAsync(Message);
        Assert.Single(_direct.Submitter.Submissions);
    }

    [Theory(Timeout = Limit)]
    [InlineData("../../x", "CORP")]
    [InlineData("PC01\u001b[2J", "CORP")]
    [InlineData("PC01", "CORP\u001b]0;x\u0007")]
    [InlineData("10.0.0.5", "CORP")]
    [InlineData(null, "CORP")]
    [InlineData("PC01", null)]
    public async Task Record_ResultForSomethingThatIsNoMachine_IsDeadLettered(string? machine, string? domain)
    {
        var settlement = await RecordAsync(_agent, Forged(Outcome.Accepted, "hq") with { Machine = machine, Domain = domain }, [HqKey]);

        Assert.Equal("CCR4502", settlement.DeadLetterReason);
        var history = await _agent.Ledger.ReadHistoryAsync(MachineKey.Of(domain ?? "", machine ?? ""), TestContext.Current.CancellationToken);
        Assert.Empty(history.Results);
    }

    [Theory(Timeout = Limit)]
    [InlineData(Outcome.Dispatched)]
    [InlineData((Outcome)99)]
    public async Task Record_OutcomeThatEndsNothing_IsDeadLettered(Outcome outcome)
    {
        await _agent.ProcessAsync(Message);

        Assert.Equal("CCR4502", (await RecordAsync(_agent, Answer(outcome), [HqKey])).DeadLetterReason);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_ResultOfTheOtherSitesAgentForThisSitesCommand_IsDeadLettered()
    {
        await _agent.ProcessAsync(Message);

        Assert.Equal("CCR4522", (await RecordAsync(_agent, Answer(Outcome.Failed) with { Site = "branch" }, [BranchKey])).DeadLetterReason);
        Assert.Equal("CCR4521", (await RecordAsync(_agent, Answer(Outcome.Failed), [BranchKey])).DeadLetterReason);
        Assert.NotNull((await ReadAsync()).Machine!.Claim);
    }

    public static TheoryData<string, Func<ReinstallResult, ReinstallResult>> Others => new()
    {
        { "another request", r => r with { RequestId = "ccr-other" } },
        { "another machine", r => r with { Machine = "PC02" } },
        { "another domain", r => r with { Domain = "LAB" } },
        { "another site", r => r with { Site = "branch" } },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Others))]
    public async Task Record_SignedResultForWhatWasNotHandedOver_IsDeadLettered(string what, Func<ReinstallResult, ReinstallResult> change)
    {
        await _agent.ProcessAsync(Message);

        var settlement = await RecordAsync(_agent, change(Answer(Outcome.Accepted)), [HqKey]);

        Assert.True(settlement.DeadLetterReason is "CCR4521" or "CCR4522", what);
        Assert.Null((await ReadAsync()).Result);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_SignedResultThatSomebodyChanged_IsDeadLettered()
    {
        await _agent.ProcessAsync(Message);
        var signed = AgentResult.Write(Answer(Outcome.Accepted), [HqKey]);

        var settlement = await Handlers.RecordAsync(_agent, signed with { Body = ResultMessage.From(Answer(Outcome.Failed)).Body });

        Assert.Equal("CCR4521", settlement.DeadLetterReason);
        Assert.Null((await ReadAsync()).Result);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_WhileKeysChange_BelievesTheOldAndTheNew()
    {
        var rotating = new Pipeline { Site = _agent.Site with { SigningKeys = [KeyOf(3), HqKey] } };
        await rotating.ProcessAsync(Message);

        var command = rotating.Commands.Commands.Single();
        var settlement = await RecordAsync(rotating, Answer(Outcome.Accepted, command), [HqKey, KeyOf(3)]);

        Assert.Null(settlement.DeadLetterReason);
        Assert.Equal(Outcome.Accepted, (await ReadAsync(rotating, command.RequestId)).Result!.Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_UnsignedResultOfASiteThatAllowsThem_CountsOnlyForWhatWasHandedOver()
    {
        var unsigned = new Pipeline { Site = _agent.Site with { SigningKeys = [], AllowUnsigned = true } };
        Assert.Equal("CCR4522", (await RecordAsync(unsigned, Forged(Outcome.Accepted, "hq"), [])).DeadLetterReason);
        await unsigned.ProcessAsync(Message);

        var settlement = await RecordAsync(unsigned, Answer(Outcome.Accepted, unsigned.Commands.Commands.Single()), []);

        Assert.Null(settlement.DeadLetterReason);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_LateResultThatSomebodySendsAgainAndAgain_HoldsTheMachineOnce()
    {
        await _agent.ProcessAsync(Message);
        var command = _agent.Commands.Commands.Single();
        await Handlers.GiveUpAsync(_agent, command);
        await RecordAsync(_agent, Answer(Outcome.Accepted, command), [HqKey]);
        var held = (await ReadAsync()).Machine!;

        for (var day = 1; day <= 3; day++)
        {
            _agent.Time.Advance(TimeSpan.FromDays(2));
            await RecordAsync(_agent, Answer(Outcome.Accepted, command), [HqKey]);
        }

        Assert.Equal(held, (await ReadAsync()).Machine);
        Assert.Single(held.Pushes);
    }

    [Fact(Timeout = Limit)]
    public async Task Record_ResultLongAfterItsAnswerWasDue_IsNotKnownAnyMoreOnceTheMachineWasHandedOverAgain()
    {
        await _agent.ProcessAsync(Message);
        var command = _agent.Commands.Commands.Single();
        await Handlers.GiveUpAsync(_agent, command);
        _agent.Time.Advance(TimeSpan.FromDays(10));
        await _agent.ProcessAsync(Event("2") with { EnqueuedTime = _agent.Time.GetUtcNow() });
        Assert.Equal(2, _agent.Commands.Commands.Count);

        Assert.Equal("CCR4522", (await RecordAsync(_agent, Answer(Outcome.Accepted, command), [HqKey])).DeadLetterReason);
    }

    public static TheoryData<string, Func<AgentCommand, AgentCommand>, string?> Undelivered => new()
    {
        { "CCR4503", c => c with { Signature = null }, null },
        { "CCR4503", c => CommandSignature.Sign(c, [BranchKey]), null },
        { "CCR4503", c => CommandSignature.Sign(c with { Site = "branch" }, [HqKey]), null },
        { "CCR4503", c => c, "a-copy" },
        { "CCR4503", c => CommandSignature.Sign(c with { Machine = "../../x" }, [HqKey]), null },
        { "CCR4523", c => CommandSignature.Sign(c with { Site = "branch" }, [BranchKey]), null },
        { "CCR4523", c => CommandSignature.Sign(c with { RequestId = "ccr-other" }, [HqKey]), null },
        { "CCR4523", c => CommandSignature.Sign(c with { Machine = "PC02" }, [HqKey]), null },
    };

    [Theory(Timeout = Limit)]
    [MemberData(nameof(Undelivered))]
    public async Task GiveUp_WhatDidNotComeBackFromTheQueue_EndsNothing(string code, Func<AgentCommand, AgentCommand> forge, string? messageId)
    {
        await _agent.ProcessAsync(Message);

        var settlement = await Handlers.GiveUpAsync(_agent, forge(_agent.Commands.Commands.Single()), messageId);

        Assert.Equal(code, settlement.DeadLetterReason);
        var state = await ReadAsync();
        Assert.NotNull(state.Machine!.Claim);
        Assert.Null(state.Result);
    }

    [Fact]
    public void Write_OfAResult_HasAnIdThatNobodyWithoutTheKeyKnows()
    {
        var result = Forged(Outcome.Accepted, "hq");

        var message = AgentResult.Write(result, [HqKey]);

        Assert.Equal(message.MessageId, AgentResult.Write(result, [HqKey, BranchKey]).MessageId);
        Assert.Equal($"ccr-1-agent-{message.Properties["signature"].ToString()![..16]}", message.MessageId);
        Assert.NotEqual(message.MessageId, AgentResult.Write(result, [BranchKey]).MessageId);
        Assert.Equal("ccr-1-agent", AgentResult.Write(result, []).MessageId);
    }

    private static ReinstallResult Forged(Outcome outcome, string site) =>
        ReinstallResult.Of("ccr-1", "ccr", "1", 1, 1, new Verdict(outcome, ManagementPointReasons.Accepted, "a lie"), Some.Time) with
        {
            Machine = "PC01",
            Domain = "CORP",
            Site = site,
            Agent = "agent-1",
        };

    /// <summary>The id of the message's request is no secret: whoever knows the event can tell it.</summary>
    private static async Task<string> RequestIdAsync()
    {
        var other = new Pipeline();
        await other.ProcessAsync(Message);
        return other.Results.Single().RequestId;
    }

    private ReinstallResult Answer(Outcome outcome) => Answer(outcome, _agent.Commands.Commands.Single());

    private static ReinstallResult Answer(Outcome outcome, AgentCommand command) =>
        command.Conclude(new Verdict(outcome, ManagementPointReasons.Accepted, "a test"), Some.Time) with { Agent = "agent-1" };

    private static Task<NotedSettlement> RecordAsync(Pipeline pipeline, ReinstallResult result, IReadOnlyList<SigningKey> keys) =>
        Handlers.RecordAsync(pipeline, AgentResult.Write(result, keys));

    private static IncomingEvent Event(string id) => Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""", id), $"message-{id}");

    private ValueTask<LedgerState> ReadAsync() => ReadAsync(_agent, _agent.Commands.Commands.First().RequestId);

    private static ValueTask<LedgerState> ReadAsync(Pipeline pipeline, string requestId) =>
        pipeline.Ledger.ReadAsync(Machine, requestId, TestContext.Current.CancellationToken);

    private static SigningKey KeyOf(byte fill) => SigningKey.Read(Convert.ToBase64String(Enumerable.Repeat(fill, 32).ToArray()))!;
}
