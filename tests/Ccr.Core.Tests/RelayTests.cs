using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests;

/// <summary>Requests for a site whose agent is reached through the relay: as if they were sent directly, and with somebody who can be asked.</summary>
public class RelayTests
{
    private const int Limit = 300_000;

    private static readonly Site Behind = new("hq", [new ManagementPoint(new Uri("https://contoso.servicebus.windows.net/hq"))])
    {
        Transport = SiteTransport.Relay,
        SigningKeys = [SigningKey.Read(Convert.ToBase64String(new byte[32]))!],
    };

    private readonly Pipeline _pipeline = new() { Site = Behind };
    private readonly IncomingEvent _message = Some.Event(Some.CloudEvent("""{ "machine": "PC01" }"""));

    [Fact(Timeout = Limit)]
    public async Task Process_SiteBehindTheRelay_SubmitsWithTheCommandForItsAgent()
    {
        await _pipeline.ProcessAsync(_message);

        var command = Assert.Single(_pipeline.Submitter.Submissions).Command!;
        var result = Assert.Single(_pipeline.Results);
        Assert.Equal(("PC01", "CORP", "hq", true, result.RequestId), (command.Machine, command.Domain, command.Site, command.Force, command.RequestId));
        Assert.Equal((Some.Time, Some.Time.AddMinutes(5)), (command.Issued, command.AnswerBy));
        Assert.Equal(Outcome.Accepted, result.Outcome);
        Assert.Empty(_pipeline.Commands.Commands);
    }

    [Theory(Timeout = Limit)]
    [InlineData(Outcome.Accepted, Outcome.Accepted)]
    [InlineData(Outcome.Indeterminate, Outcome.Indeterminate)]
    [InlineData(Outcome.Dispatched, Outcome.Indeterminate)]
    [InlineData(Outcome.Rejected, Outcome.Rejected)]
    [InlineData(Outcome.Suppressed, Outcome.Suppressed)]
    [InlineData(Outcome.Failed, Outcome.Failed)]
    [InlineData(Outcome.Deferred, Outcome.Deferred)]
    public async Task Process_AgentSaysWhatBecameOfIt_SaysTheSame(Outcome said, Outcome published)
    {
        _pipeline.Submitter.Result = submission => OfAgent(submission, said);

        await _pipeline.ProcessAsync(_message);

        var result = Assert.Single(_pipeline.Results);
        Assert.Equal((published, "agent-1", "mp01:80"), (result.Outcome, result.Agent, result.ManagementPoint));
        if (published != Outcome.Deferred) Assert.Equal(DecisionReasons.Interrupted.Code, result.Reason);
    }

    /// <summary>Promise 3: what a worker left behind is not indeterminate when the agent's journal has the verdict.</summary>
    [Fact(Timeout = Limit)]
    public async Task Process_WorkerCrashedWhileItSubmitted_AsksTheAgentWhatBecameOfIt()
    {
        await CrashAsync();
        _pipeline.Submitter.Known = submission => OfAgent(submission, Outcome.Accepted);

        await _pipeline.ProcessAsync(Again());

        Assert.Equal((Outcome.Accepted, "agent-1"), (Assert.Single(_pipeline.Results).Outcome, _pipeline.Results[0].Agent));
        Assert.Single(_pipeline.Submitter.Submissions);
        Assert.NotNull((await ReadAsync()).Machine!.CoolDown);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_WorkerCrashedAndNoAgentKnows_EndsAsIndeterminate()
    {
        await CrashAsync();

        await _pipeline.ProcessAsync(Again());

        Assert.Equal((Outcome.Indeterminate, "CCR2005"), (Assert.Single(_pipeline.Results).Outcome, _pipeline.Results[0].Reason));
        Assert.Equal(1, _pipeline.Submitter.Asked);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_StoppedBeforeTheAnswerCame_KeepsTheClaimAndAsksLater()
    {
        using var stop = new CancellationTokenSource();
        _pipeline.Submitter.Answer = async (_, _) =>
        {
            await stop.CancelAsync();
            return SubmissionVerdict.Unknown;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _pipeline.ProcessUntilAsync(_message, stop.Token));
        _pipeline.Submitter.Known = submission => OfAgent(submission, Outcome.Accepted);
        _pipeline.Time.Advance(_pipeline.Options.ClaimLease);

        await _pipeline.ProcessAsync(Again());

        Assert.Equal(Outcome.Accepted, Assert.Single(_pipeline.Results).Outcome);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_DryRun_SaysThatTheAgentWouldSendIt()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent("""{ "machine": "PC01", "dryRun": true }"""));

        Assert.Equal(
            "SMS_POST /sms_mp/machine.ccr?mn=PC01&dn=CORP&fkey=True, by the agent behind https://contoso.servicebus.windows.net/hq",
            Assert.Single(_pipeline.Results).Detail);
    }

    private static SubmissionAnswer OfAgent(Submission submission, Outcome outcome) => SubmissionAnswer.Of(
        submission.Command!.Conclude(new Verdict(outcome, DecisionReasons.Interrupted, "a test's"), Some.Time) with
        {
            Agent = "agent-1",
            ManagementPoint = "mp01:80",
        },
        TimeSpan.Zero);

    /// <summary>A worker that died between the claim and the answer, and whose lease is over.</summary>
    private async Task CrashAsync()
    {
        _pipeline.Submitter.Answer = (_, _) => throw new InvalidOperationException("the process is gone");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.ProcessAsync(_message));
        _pipeline.Time.Advance(_pipeline.Options.ClaimLease);
    }

    /// <summary>The same message, delivered again now.</summary>
    private IncomingEvent Again() => _message with { LockedUntil = _pipeline.Time.GetUtcNow().AddMinutes(5) };

    private ValueTask<LedgerState> ReadAsync() => _pipeline.Ledger.ReadAsync("CORP\\PC01", "", TestContext.Current.CancellationToken);
}
