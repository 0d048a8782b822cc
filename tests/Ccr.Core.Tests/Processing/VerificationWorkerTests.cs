using System.Text;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Messaging;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Sites.Looks;
using Ccr.Core.Tests.Support;
using Ccr.Core.Views;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ccr.Core.Tests.Processing;

/// <summary>From the push to the final verification, with everything around it faked; and the same when a worker is stopped anywhere between.</summary>
public class VerificationWorkerTests
{
    private const string Body = """{ "machine": "PC01", "domain": "CORP" }""";
    private static readonly DeviceView Device = new() { ResourceId = 1, HasClient = true, ClientVersion = "5.00.1", IsOnline = false };

    private readonly Pipeline _pipeline = new()
    {
        Site = Some.Site with { Verification = VerificationPlan.Of(new VerificationOptions { Enabled = true }) },
    };

    private DeviceView _shown = Device;

    public VerificationWorkerTests() => _pipeline.Look.Show = _ => new SiteView { Device = _shown };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Push_OfASiteThatIsLookedAt_LooksBeforeAndSchedulesTheFirstLook()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent(Body));

        var (look, at) = Assert.Single(_pipeline.Looks.Scheduled);
        Assert.Equal(("PC01", "CORP", 1, Some.Time.AddMinutes(15)), (look.Machine, look.Domain, look.Number, at));
        Assert.Single(_pipeline.Look.Looks);
        Assert.Equal(Device, (await AwaitedAsync()).Before!.Device);
    }

    [Fact]
    public async Task Push_OfASiteThatIsNot_AwaitsNothing()
    {
        var pipeline = new Pipeline();

        await pipeline.ProcessAsync(Some.CloudEvent(Body));

        Assert.Empty(pipeline.Looks.Scheduled);
        Assert.Empty(pipeline.Look.Looks);
        Assert.Empty((await pipeline.Ledger.ReadAsync("CORP\\PC01", "", Stop)).Machine!.Awaited);
    }

    [Theory]
    [InlineData(SubmissionVerdict.Unknown, 1)]
    [InlineData(SubmissionVerdict.Refused, 0)]
    public async Task Push_ByItsAnswer_IsAwaitedIfItMayHaveArrived(SubmissionVerdict verdict, int looks)
    {
        _pipeline.Submitter.AlwaysAnswer(verdict);

        await _pipeline.ProcessAsync(Some.CloudEvent(Body));

        Assert.Equal(looks, _pipeline.Looks.Scheduled.Count);
    }

    [Fact]
    public async Task Push_WhenTheSiteCannotBeLookedAt_IsMadeAllTheSame()
    {
        _pipeline.Look.Show = null;

        await _pipeline.ProcessAsync(Some.CloudEvent(Body));

        Assert.Equal(Outcome.Accepted, Assert.Single(_pipeline.Results).Outcome);
        Assert.Null((await AwaitedAsync()).Before);
    }

    [Fact]
    public async Task Look_TheClientIsBack_IsSaidOnceAndNothingIsScheduled()
    {
        var look = await PushAsync();
        _shown = Device with { Registered = Some.Time };

        Assert.True(await _pipeline.Verifications.LookAsync(look, Stop));

        var said = Assert.Single(_pipeline.Seen);
        Assert.Equal((VerificationOutcome.Verified, EvidenceStrength.Strong, look.RequestId), (said.Outcome, said.Strength, said.RequestId));
        Assert.Single(_pipeline.Looks.Scheduled);
        Assert.True((await AwaitedAsync()).IsOver);
    }

    [Fact]
    public async Task Look_NothingHasChanged_SchedulesTheNext()
    {
        var look = await PushAsync();
        _pipeline.Time.Advance(TimeSpan.FromMinutes(15));

        Assert.True(await _pipeline.Verifications.LookAsync(look, Stop));

        Assert.Empty(_pipeline.Seen);
        Assert.Equal((2, Some.Time.AddMinutes(30)), (_pipeline.Looks.Scheduled.Last().Look.Number, _pipeline.Looks.Scheduled.Last().At));
    }

    /// <summary>The message comes again when its worker was killed after the ledger was written.</summary>
    [Fact]
    public async Task Look_StoppedBeforeItWasPublished_IsPublishedWhenItsMessageComesAgain()
    {
        var look = await PushAsync();
        _shown = Device with { Registered = Some.Time };
        _pipeline.Publisher.Refusal = new InvalidOperationException("The worker is killed.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.Verifications.LookAsync(look, Stop));
        _pipeline.Publisher.Refusal = null;
        _shown = Device;

        Assert.True(await _pipeline.Verifications.LookAsync(look, Stop));
        Assert.True(await _pipeline.Verifications.LookAsync(look, Stop));

        Assert.Equal(VerificationOutcome.Verified, Assert.Single(_pipeline.Seen.Distinct()).Outcome);
        Assert.Single(_pipeline.Publisher.Messages
            .Select(message => message.MessageId).Where(id => id.Contains("verification", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task Look_StoppedBeforeTheNextWasScheduled_IsScheduledWhenItsMessageComesAgain()
    {
        var look = await PushAsync();
        _pipeline.Looks.Refusal = new InvalidOperationException("The worker is killed.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.Verifications.LookAsync(look, Stop));
        _pipeline.Looks.Refusal = null;

        await _pipeline.Verifications.LookAsync(look, Stop);
        await _pipeline.Verifications.LookAsync(look, Stop);

        Assert.Equal([1, 2], _pipeline.Looks.Scheduled.Select(scheduled => scheduled.Look.Number));
        Assert.Equal(2, _pipeline.Look.Looks.Count);
    }

    [Fact]
    public async Task Push_StoppedBeforeTheFirstLookWasScheduled_SchedulesItWhenTheEventComesAgain()
    {
        _pipeline.Looks.Refusal = new InvalidOperationException("The worker is killed.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pipeline.ProcessAsync(Some.CloudEvent(Body)));
        _pipeline.Looks.Refusal = null;

        await _pipeline.ProcessAsync(Some.CloudEvent(Body));

        Assert.Single(_pipeline.Looks.Scheduled);
        Assert.Single(_pipeline.Submitter.Submissions);
    }

    [Theory]
    [InlineData("another request", 1)]
    [InlineData("another machine", 1)]
    [InlineData("a look that is not due", 7)]
    public async Task Handle_ALookThatNobodyAwaits_IsRefused(string what, int number)
    {
        var look = await PushAsync();
        var forged = what switch
        {
            "another request" => look with { RequestId = "ccr-0000" },
            "another machine" => look with { Machine = "PC02" },
            _ => look with { Number = number },
        };

        Assert.Equal(MessagingReasons.LookNotAwaited.Code, (await HandleAsync(Encoding.UTF8.GetString(forged.Write()))).DeadLetterReason);
        Assert.Empty(_pipeline.Seen);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{ "requestId": "ccr-1", "machine": "PC 01; rm", "domain": "CORP", "number": 1 }""")]
    [InlineData("""{ "requestId": "ccr-1", "machine": null, "domain": "CORP", "number": 1 }""")]
    public async Task Handle_WhatIsNoLook_IsRefused(string body) =>
        Assert.Equal(MessagingReasons.NotALook.Code, (await HandleAsync(body)).DeadLetterReason);

    /// <summary>Whoever may send to the queue can repeat a look, and nothing more.</summary>
    [Fact]
    public async Task Handle_ALookOfThePast_ChangesNothing()
    {
        var first = await PushAsync();
        await _pipeline.Verifications.LookAsync(first, Stop);
        await _pipeline.Verifications.LookAsync(first with { Number = 2 }, Stop);
        var looks = _pipeline.Look.Looks.Count;

        var settlement = await HandleAsync(Encoding.UTF8.GetString(first.Write()));

        Assert.Null(settlement.DeadLetterReason);
        Assert.Equal((looks, 3), (_pipeline.Look.Looks.Count, _pipeline.Looks.Scheduled.Last().Look.Number));
    }

    [Fact]
    public async Task Take_AnAgentsAnswer_CountsOnceAndOnlyForTheQuestionAsked()
    {
        var look = await PushAsync();
        _pipeline.Look.Asked = "n1";
        await _pipeline.Verifications.LookAsync(look, Stop);
        var machine = new LookedFor("PC01", "CORP");
        var back = LookAnswer.Of(new Dictionary<string, SiteView> { [machine.Key] = new() { Device = Device with { Registered = Some.Time } } });

        Assert.False(await _pipeline.Verifications.TakeAsync("n0", "hq", machine, back, Stop));
        Assert.False(await _pipeline.Verifications.TakeAsync("n1", "other", machine, back, Stop));
        Assert.Empty(_pipeline.Seen);

        Assert.True(await _pipeline.Verifications.TakeAsync("n1", "hq", machine, back, Stop));
        Assert.True(await _pipeline.Verifications.TakeAsync("n1", "hq", machine, back, Stop));

        Assert.Single(_pipeline.Seen.Distinct());
        Assert.Equal(VerificationOutcome.Verified, _pipeline.Seen[0].Outcome);
    }

    [Fact]
    public async Task Requests_AfterTwoPushesThatDidNotBringTheClientBack_QuarantineTheMachine()
    {
        for (var push = 0; push < 2; push++)
        {
            await _pipeline.ProcessAsync(Some.Event(Some.CloudEvent(Body, $"e{push}"), $"m{push}") with { EnqueuedTime = _pipeline.Time.GetUtcNow() });
            var look = _pipeline.Looks.Scheduled.Last().Look;
            _pipeline.Time.Advance(TimeSpan.FromDays(8));
            await _pipeline.Verifications.LookAsync(look, Stop);
        }

        await _pipeline.ProcessAsync(Some.Event(Some.CloudEvent(Body, "e3"), "m3") with { EnqueuedTime = _pipeline.Time.GetUtcNow() });

        Assert.Equal([VerificationOutcome.NotVerified, VerificationOutcome.NotVerified], _pipeline.Seen.Select(said => said.Outcome));
        Assert.Equal("CCR2012", _pipeline.Results[^1].Reason);
        Assert.Contains("did not bring the client back", _pipeline.Results[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Release_OfAMachineThatDidNotComeBack_ForgetsThatToo()
    {
        await Requests_AfterTwoPushesThatDidNotBringTheClientBack_QuarantineTheMachine();

        Assert.True(await new LedgerOperator((IOperatorLedger)_pipeline.Ledger, _pipeline.Time, Some.Eva).ReleaseMachineAsync("CORP\\PC01", null, Stop));

        Assert.Equal(0, (await _pipeline.Ledger.ReadAsync("CORP\\PC01", "", Stop)).Machine!.NotVerifiedInARow);
    }

    private async Task<PendingLook> PushAsync()
    {
        await _pipeline.ProcessAsync(Some.CloudEvent(Body));
        return _pipeline.Looks.Scheduled.Single().Look;
    }

    private async Task<Awaited> AwaitedAsync() => Assert.Single((await _pipeline.Ledger.ReadAsync("CORP\\PC01", "", Stop)).Machine!.Awaited);

    private async Task<NotedSettlement> HandleAsync(string body)
    {
        var settlement = new NotedSettlement();
        var handler = new VerificationHandler(_pipeline.Verifications, _pipeline.Time, NullLogger<VerificationHandler>.Instance);
        await handler.HandleAsync(
            new IncomingEvent { Body = Encoding.UTF8.GetBytes(body), MessageId = "m", EnqueuedTime = _pipeline.Time.GetUtcNow() }, settlement, Stop);
        return settlement;
    }
}
