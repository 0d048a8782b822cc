using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Tests.Support;

namespace Ccr.Core.Tests;

/// <summary>Requests wait for a place at a management point's gate before they claim anything.</summary>
public class GateTests
{
    private const int Limit = 60_000;

    private readonly Pipeline _pipeline = new();
    private readonly TaskCompletionSource<SubmissionVerdict> _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GateTests()
    {
        _pipeline.Configuration.Rate.MaxConcurrent = 1;
        _pipeline.Submitter.Answer = async (submission, _) =>
        {
            if (submission.Machine.Value == "PC01") return await _slow.Task;
            _sent.TrySetResult();
            return SubmissionVerdict.Accepted;
        };
    }

    [Fact(Timeout = Limit)]
    public async Task Process_WaitsAtTheGate_HasNoClaimAndWasNotSent()
    {
        var first = _pipeline.ProcessAsync(Event("1", "PC01"));
        var second = _pipeline.ProcessAsync(Event("2", "PC02"));

        Assert.NotNull((await StateOfAsync("PC01")).Machine!.Claim);
        Assert.Null((await StateOfAsync("PC02")).Machine);
        Assert.Single(_pipeline.Submitter.Submissions);
        _slow.SetResult(SubmissionVerdict.Accepted);
        await Task.WhenAll(first, second);
        Assert.Equal([Outcome.Accepted, Outcome.Accepted], _pipeline.Results.Select(result => result.Outcome));
    }

    [Fact(Timeout = Limit)]
    public async Task Process_StoppedWhileItWaitsAtTheGate_IsHandedBackAndLaterCarriedOut()
    {
        using var stop = new CancellationTokenSource();
        var first = _pipeline.ProcessAsync(Event("1", "PC01"));
        var second = _pipeline.ProcessUntilAsync(Event("2", "PC02"), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Null((await StateOfAsync("PC02")).Machine);
        Assert.Empty(_pipeline.Results);
        _slow.SetResult(SubmissionVerdict.Accepted);
        await first;
        Assert.IsType<Disposition.Complete>(await _pipeline.ProcessAsync(Event("2", "PC02")));
        Assert.Equal(2, _pipeline.Submitter.Submissions.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_MachineIsPushedWhileASecondEventWaitsAtTheGate_IsSuppressed()
    {
        var first = _pipeline.ProcessAsync(Event("1", "PC01"));
        var others = new[] { _pipeline.ProcessAsync(Event("2", "PC02")), _pipeline.ProcessAsync(Event("3", "PC02")) };

        _slow.SetResult(SubmissionVerdict.Accepted);
        await Task.WhenAll([first, .. others]);

        Assert.Single(_pipeline.Submitter.Submissions, submission => submission.Machine.Value == "PC02");
        Assert.Equal([Outcome.Accepted, Outcome.Suppressed], _pipeline.Results.Where(result => result.Machine == "PC02").Select(result => result.Outcome)
            .Order());
    }

    [Fact(Timeout = Limit)]
    public async Task Process_HasWaitedAtTheGate_ItsLeaseBeginsAfterThat()
    {
        var answer = new TaskCompletionSource<SubmissionVerdict>();
        var inner = _pipeline.Submitter.Answer;
        _pipeline.Submitter.Answer = async (submission, stop) =>
        {
            await inner(submission, stop);
            return submission.Machine.Value == "PC02" ? await answer.Task : SubmissionVerdict.Accepted;
        };
        var first = _pipeline.ProcessAsync(Event("1", "PC01"));
        var second = _pipeline.ProcessAsync(Event("2", "PC02"));

        _pipeline.Time.Advance(TimeSpan.FromMinutes(3));
        _slow.SetResult(SubmissionVerdict.Accepted);
        await _sent.Task;

        Assert.Equal(_pipeline.Time.GetUtcNow() + _pipeline.Options.ClaimLease, (await StateOfAsync("PC02")).Machine!.Claim!.LeaseUntil);
        answer.SetResult(SubmissionVerdict.Accepted);
        await Task.WhenAll(first, second);
    }

    [Fact(Timeout = Limit)]
    public async Task Process_NoPlaceForAsLongAsASubmissionMayTake_IsDeferredAndNotSent()
    {
        var first = _pipeline.ProcessAsync(Event("1", "PC01"));
        var second = _pipeline.ProcessAsync(Event("2", "PC02"));

        _pipeline.Time.Advance(_pipeline.Options.ClaimLease);
        await second;

        var deferred = Assert.Single(_pipeline.Results, result => result.Machine == "PC02");
        Assert.Equal((Outcome.Deferred, "CCR2016"), (deferred.Outcome, deferred.Reason));
        Assert.StartsWith("CCR2006: ", deferred.Detail);
        Assert.Single(_pipeline.Submitter.Submissions);
        _slow.SetResult(SubmissionVerdict.Accepted);
        await first;
    }

    private IncomingEvent Event(string id, string machine) =>
        Some.Event(Some.CloudEvent($$"""{ "machine": "{{machine}}" }""", id), $"m{id}") with { EnqueuedTime = _pipeline.Time.GetUtcNow() };

    private ValueTask<LedgerState> StateOfAsync(string machine) => _pipeline.Ledger.ReadAsync($"CORP\\{machine}", "", TestContext.Current.CancellationToken);
}
