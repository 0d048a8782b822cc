using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Processing;
using Ccr.Core.Results;
using Ccr.Core.Telemetry;
using Ccr.Core.Text;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>
/// Sees to it that what ended in the dead-letter queue of <see cref="Entities.Requests"/> without a result gets one. The message stays there, for
/// people.
/// </summary>
/// <remarks>
/// A message that this system dead-lettered itself has its result: it was published before. What the broker gave up (expired, or delivered too often)
/// has perhaps none. It is recorded in the ledger like any result; forgetting which dead letters were answered, as a restart does, publishes the
/// results of the last day once more, under the same ids.
/// </remarks>
public sealed class DeadLetterReporter(
    IRequestView view, EventReader reader, RequestValidator validator, ILedgerStore ledger, IResultPublisher publisher,
    VerificationWorker verifications, TimeProvider time,
    ILogger<DeadLetterReporter> logger)
{
    private const int PageSize = 100;

    /// <summary>
    /// Sequence numbers are given when a message is enqueued, so a later dead letter may have a lower one: now and then all are looked at again.
    /// </summary>
    private const int RoundsBetweenFullLooks = 60;

    /// <summary>
    /// A result that was recorded so recently may not have been published: its recorder may have crashed between, or the topic may have been down for
    /// hours.
    /// </summary>
    private static readonly TimeSpan PublishedAfter = TimeSpan.FromDays(1);

    private readonly HashSet<long> _answered = [];
    private long _next;
    private int _rounds;

    /// <summary>Looks once; not to be called again before it has returned.</summary>
    public async Task ReportAsync(CancellationToken cancellationToken)
    {
        var oldest = await view.FindOldestAsync(cancellationToken);
        Metrics.OldestRequest = oldest is { } since ? time.GetUtcNow() - since : TimeSpan.Zero;

        if (_rounds++ % RoundsBetweenFullLooks == 0) _next = 0;
        while (await view.PeekDeadLettersAsync(_next, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var dead in page)
            {
                if (!IsOurs(dead) && !_answered.Contains(dead.SequenceNumber)) await AnswerAsync(dead, cancellationToken);
                _next = dead.SequenceNumber + 1;
            }
        }
    }

    private static bool IsOurs(DeadLetter dead) => dead.Reason?.StartsWith("CCR", StringComparison.Ordinal) == true;

    private async Task AnswerAsync(DeadLetter dead, CancellationToken cancellationToken)
    {
        var reading = reader.Read(Redelivery.Restore(dead.Event));
        for (var index = 0; index < reading.Parts.Count; index++)
        {
            var draft = new ResultDraft(reading, index);
            ReinstallRequest? request = null;
            var refusal = (reading.Parts[index] as EndedPart)?.Verdict;
            if (reading.Parts[index] is MachinePart machine) (request, refusal) = validator.Validate(machine, draft.RequestId);
            draft = await FormerRequest.AdoptAsync(draft with { Request = request }, ledger, cancellationToken);

            var (result, isNew) = await RecordAsync(dead, draft, refusal, cancellationToken);
            if (!isNew && time.GetUtcNow() - result.Time > PublishedAfter) continue;

            await publisher.PublishAsync(ResultMessage.From(result), cancellationToken);
            await verifications.BeginAsync(result, cancellationToken);
            if (isNew) Metrics.CountDeadLetter(result.Reason);
            Log.DeadLetterAnswered(logger, dead.SequenceNumber, dead.Reason, result.Outcome, result.RequestId);
        }

        _answered.Add(dead.SequenceNumber);
    }

    private async Task<(ReinstallResult Result, bool IsNew)> RecordAsync(
        DeadLetter dead, ResultDraft draft, Verdict? refusal, CancellationToken cancellationToken)
    {
        var key = draft.Request?.LedgerKey ?? draft.RequestId;
        while (true)
        {
            var state = await ledger.ReadAsync(key, draft.RequestId, cancellationToken);
            if (state.Result is { } earlier) return (earlier, false);

            // The claim stays as it is: it holds the machine as long as a submission would.
            var result = draft.Write(refusal ?? VerdictOf(dead, state, draft.RequestId), time.GetUtcNow());
            var awaiting = result.Outcome == Outcome.Indeterminate && state.Machine is { Claim: { } claim } machine
                ? Pushed.Await(machine, Push.Of(draft.Request!, claim), claim.LeaseUntil)
                : null;
            if (await ledger.TryWriteAsync(state, awaiting, result, cancellationToken) is not null) return (result, true);
        }
    }

    private static Verdict VerdictOf(DeadLetter dead, LedgerState state, string requestId)
    {
        var cause = $"it was dead-lettered: {SafeText.Escape(dead.Reason ?? "no reason given")}";
        return state.Machine?.Claim?.RequestId == requestId
            ? new Verdict(Outcome.Indeterminate, MessagingReasons.GivenUpWhileSending, cause)
            : new Verdict(Outcome.Failed, MessagingReasons.GivenUp, cause);
    }
}
