using Ccr.Core.Machines;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests;

public class ReinstallProcessorTests
{
    private readonly Pipeline _pipeline = new();

    [Fact]
    public async Task Process_ValidEvent_SubmitsOncePublishesAcceptedAndCompletes()
    {
        var disposition = await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "pc01", "domain": "lab", "force": false }"""));

        Assert.IsType<Disposition.Complete>(disposition);
        Assert.Equal(
            new Submission(MachineName.Parse("PC01"), DomainName.Parse("LAB"), Force: false), Assert.Single(_pipeline.Submitter.Submissions));
        var result = Assert.Single(_pipeline.Results);
        Assert.Equal((Outcome.Accepted, "PC01", "LAB", "hq", "mp01", 200),
            (result.Outcome, result.Machine, result.Domain, result.Site, result.ManagementPoint, result.HttpStatus));
        Assert.Equal(Some.Time.AddDays(1), result.Until);
    }

    [Theory]
    [InlineData("""{ "machine": "" }""", "CCR1010")]
    [InlineData("{}", "CCR1010")]
    [InlineData("""{ "machine": "PC01&fkey=False" }""", "CCR1010")]
    [InlineData("""{ "machine": "pc01.corp@evil" }""", "CCR1010")]
    [InlineData("""{ "machine": "10.0.0.5" }""", "CCR1010")]
    [InlineData("""{ "machine": "PC01\r\nHost: evil" }""", "CCR1010")]
    [InlineData("""{ "machine": "\uFF30\uFF23\uFF10\uFF11" }""", "CCR1010")]
    [InlineData("""{ "machine": "PC01", "domain": "corp.example.com" }""", "CCR1011")]
    [InlineData("""{ "machine": "PC01", "site": "http://evil" }""", "CCR1012")]
    [InlineData("""{ "machine": "PC01", "site": "HQ" }""", "CCR1012")]
    [InlineData("""{ "machine": "PC01", "mp": "evil.example" }""", "CCR1008")]
    [InlineData("""{ "machine": "PC01", "clientType": 1 }""", "CCR1009")]
    public async Task Process_BadInput_IsDeadLetteredAtOnceWithAResultAndReachesNoManagementPoint(string data, string code)
    {
        var disposition = await _pipeline.ProcessAsync(Some.CloudEvent(data));

        var deadLetter = Assert.IsType<Disposition.DeadLetter>(disposition);
        var result = Assert.Single(_pipeline.Results);
        Assert.Equal((Outcome.Rejected, code, code), (result.Outcome, result.Reason, deadLetter.Reason.Code));
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact]
    public async Task Process_OneBadMachineAmongGoodOnes_AnswersEachAndCompletes()
    {
        var disposition = await _pipeline.ProcessAsync(Some.AlertFor("PC01", "10.0.0.5", "PC02"));

        Assert.IsType<Disposition.Complete>(disposition);
        Assert.Equal([Outcome.Accepted, Outcome.Rejected, Outcome.Accepted], _pipeline.Results.Select(r => r.Outcome));
        Assert.Equal([(1, 3), (2, 3), (3, 3)], _pipeline.Results.Select(r => (r.Part, r.Parts)));
    }

    [Fact]
    public async Task Process_SameMessageAgain_PublishesTheSameResultAndSubmitsNothing()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }"""));

        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }"""));

        Assert.Single(_pipeline.Submitter.Submissions);
        Assert.Equal(2, _pipeline.Results.Count);
        Assert.Equal(_pipeline.Results[0], _pipeline.Results[1]);
        Assert.Single(_pipeline.Publisher.Messages.Select(m => m.MessageId).Distinct());
    }

    [Fact]
    public async Task Process_OtherEventForTheMachine_IsSuppressedUntilTheCoolDownEnds()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""", id: "1"));
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "pc01" }""", id: "2"));
        _pipeline.Time.Advance(TimeSpan.FromDays(1));
        await _pipeline.ProcessAsync(Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""", id: "3")) with { EnqueuedTime = _pipeline.Time.GetUtcNow() });

        Assert.Equal([Outcome.Accepted, Outcome.Suppressed, Outcome.Accepted], _pipeline.Results.Select(r => r.Outcome));
        Assert.Equal(_pipeline.Results[0].RequestId, _pipeline.Results[1].Repeats);
        Assert.Equal(2, _pipeline.Submitter.Submissions.Count);
    }

    [Fact]
    public async Task Process_SameNameInAnotherDomain_IsAnotherMachine()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01", "domain": "CORP" }""", id: "1"));
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01", "domain": "LAB" }""", id: "2"));

        Assert.Equal(2, _pipeline.Submitter.Submissions.Count);
    }

    [Fact]
    public async Task Process_TwoEventsForOneMachineAtOnce_SubmitsOnce()
    {
        var answer = new TaskCompletionSource<SubmissionVerdict>();
        _pipeline.Submitter.Answer = (_, _) => answer.Task;
        var first = _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""", id: "1"));

        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""", id: "2"));
        answer.SetResult(SubmissionVerdict.Accepted);
        await first;

        Assert.Single(_pipeline.Submitter.Submissions);
        Assert.Equal([("CCR2001", Outcome.Suppressed), ("CCR3999", Outcome.Accepted)], _pipeline.Results.Select(r => (r.Reason, r.Outcome)));
    }

    [Fact]
    public async Task Process_SameMessageWhileItIsBeingSubmitted_IsLookedAtAgainLater()
    {
        var answer = new TaskCompletionSource<SubmissionVerdict>();
        _pipeline.Submitter.Answer = (_, _) => answer.Task;
        var first = _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }"""));

        var disposition = await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }"""));
        answer.SetResult(SubmissionVerdict.Accepted);
        await first;

        Assert.Equal(Some.Time + _pipeline.Options.ClaimLease, Assert.IsType<Disposition.RetryAt>(disposition).At);
        Assert.Equal(Outcome.Accepted, Assert.Single(_pipeline.Results).Outcome);
    }

    [Theory]
    [InlineData(SubmissionVerdict.Refused)]
    [InlineData(SubmissionVerdict.NotSent)]
    public async Task Process_NothingWasWrittenAndNoTimeToTryAgain_FailsAndLeavesTheMachineFree(SubmissionVerdict verdict)
    {
        _pipeline.Options.RetryFor = TimeSpan.Zero;
        _pipeline.Submitter.AlwaysAnswer(verdict);
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""", id: "1"));
        _pipeline.Submitter.AlwaysAnswer(SubmissionVerdict.Accepted);
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""", id: "2"));

        Assert.Equal([Outcome.Failed, Outcome.Accepted], _pipeline.Results.Select(r => r.Outcome));
    }

    [Fact]
    public async Task Process_AnswerUnknown_IsIndeterminateAndHoldsTheMachine()
    {
        _pipeline.Submitter.AlwaysAnswer(SubmissionVerdict.Unknown);

        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""", id: "1"));
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""", id: "2"));

        Assert.Equal([Outcome.Indeterminate, Outcome.Suppressed], _pipeline.Results.Select(r => r.Outcome));
        Assert.Single(_pipeline.Submitter.Submissions);
    }

    [Fact]
    public async Task Process_ResultsTopicRefuses_GivesTheMessageBackAndDoesNotSubmitAgain()
    {
        _pipeline.Publisher.Refusal = new IOException("the topic is down");
        await Assert.ThrowsAsync<IOException>(() => _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }""")));
        _pipeline.Publisher.Refusal = null;

        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }"""));

        Assert.Single(_pipeline.Submitter.Submissions);
        Assert.Equal(Outcome.Accepted, Assert.Single(_pipeline.Results).Outcome);
    }

    [Fact]
    public async Task Process_DryRun_ShowsTheRequestAndSendsNothing()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01", "dryRun": true }"""));

        var result = Assert.Single(_pipeline.Results);
        Assert.Equal((Outcome.DryRun, "SMS_POST http://mp01/sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True"), (result.Outcome, result.Detail));
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact]
    public async Task Process_Expired_IsIgnored()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01", "expires": "2026-01-31T11:59:59Z" }"""));

        Assert.Equal((Outcome.Ignored, "CCR1102"), (_pipeline.Results[0].Outcome, _pipeline.Results[0].Reason));
        Assert.Empty(_pipeline.Submitter.Submissions);
    }

    [Fact]
    public async Task Process_NotBefore_IsDeferredAndCarriedOutByTheCopyUnderTheSameRequestId()
    {
        var early = Some.Event(Some.CloudEvent("""{ "machine": "PC01", "notBefore": "2026-01-31T13:00:00Z" }"""));
        var retry = Assert.IsType<Disposition.RetryAt>(await _pipeline.ProcessAsync(early));
        _pipeline.Time.Advance(TimeSpan.FromHours(1));
        var copy = early with { MessageId = "copy", EnqueuedTime = _pipeline.Time.GetUtcNow(), Properties = retry.Properties };

        await _pipeline.ProcessAsync(copy);

        Assert.Equal(Some.Time.AddHours(1), retry.At);
        Assert.Equal([Outcome.Deferred, Outcome.Accepted], _pipeline.Results.Select(r => r.Outcome));
        Assert.Single(_pipeline.Results.Select(r => r.RequestId).Distinct());
        Assert.Equal(2, _pipeline.Publisher.Messages.Select(m => m.MessageId).Distinct().Count());
    }

    [Fact]
    public async Task Process_StoppedBeforeAnythingWasSent_FreesTheMachineAndGivesTheMessageBack()
    {
        using var stop = new CancellationTokenSource();
        _pipeline.Submitter.Answer = async (_, _) =>
        {
            await stop.CancelAsync();
            return SubmissionVerdict.NotSent;
        };
        await Assert.ThrowsAsync<OperationCanceledException>(() => _pipeline.ProcessUntilAsync(Some.Event(Some.CloudEvent("""{ "machine": "PC01" }""")), stop.Token));
        _pipeline.Submitter.AlwaysAnswer(SubmissionVerdict.Accepted);

        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01" }"""));

        Assert.Equal(Outcome.Accepted, Assert.Single(_pipeline.Results).Outcome);
    }

    [Fact]
    public async Task Process_TwoHundredEventsForFiftyMachinesAtOnce_Gives200ResultsAnd50Submissions()
    {
        _pipeline.Submitter.Answer = async (_, _) =>
        {
            await Task.Yield();
            return SubmissionVerdict.Accepted;
        };

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, async (i, _) =>
            await _pipeline.ProcessAsync(Some.CloudEvent($$"""{ "machine": "PC{{i % 50:00}}" }""", id: $"{i}"), $"m{i}"));

        Assert.Equal(200, _pipeline.Results.Select(r => r.RequestId).Distinct().Count());
        Assert.Equal(50, _pipeline.Submitter.Submissions.Distinct().Count());
        Assert.Equal(50, _pipeline.Submitter.Submissions.Count);
    }

    [Fact]
    public async Task Process_GroupOfAlertsOfEveryKind_GivesEachExactlyOneResultOfItsOwn()
    {
        var body = """
            { "version": "4", "truncatedAlerts": 5, "alerts": [
              { "status": "firing", "labels": { "instance": "PC01" }, "fingerprint": "a", "startsAt": "2026-01-31T11:00:00Z" },
              { "status": "resolved", "labels": { "instance": "PC02" }, "fingerprint": "b", "startsAt": "2026-01-31T11:00:00Z" },
              { "status": "firing", "labels": { "instance": "10.0.0.5" }, "fingerprint": "c", "startsAt": "2026-01-31T11:00:00Z" },
              { "status": "firing", "labels": {}, "fingerprint": "d", "startsAt": "2026-01-31T11:00:00Z" },
              { "status": "firing", "labels": { "instance": "PC01" }, "fingerprint": "e", "startsAt": "2026-01-31T11:00:00Z" } ] }
            """;

        var disposition = await _pipeline.ProcessAsync(body);

        Assert.IsType<Disposition.Complete>(disposition);
        Assert.Equal(["CCR3999", "CCR1101", "CCR1018", "CCR1014", "CCR2002", "CCR1022"], _pipeline.Results.Select(r => r.Reason));
        Assert.Equal(6, _pipeline.Results.Select(r => r.RequestId).Distinct().Count());
        Assert.Equal("PC01", Assert.Single(_pipeline.Submitter.Submissions).Machine.Value);
    }

    [Fact]
    public async Task Process_SameGroupAgainUnderAnotherMessage_RepeatsTheResultsOfItsAlerts()
    {
        var body = """{ "version": "4", "alerts": [ { "status": "firing", "labels": { "instance": "PC01" }, "fingerprint": "a", "startsAt": "2026-01-31T11:00:00Z" } ] }""";
        await _pipeline.ProcessAsync(body, "message-1");

        await _pipeline.ProcessAsync(body, "message-2");

        Assert.Single(_pipeline.Results.Distinct());
        Assert.Single(_pipeline.Submitter.Submissions);
    }
}
