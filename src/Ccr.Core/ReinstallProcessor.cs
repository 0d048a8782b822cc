using Ccr.Core.Decisions;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.ManagementPoints;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging;

namespace Ccr.Core;

/// <summary>
/// The whole way of an event: read, then for each machine validate, decide, claim, submit, record and publish. Settling
/// the message is left to the host.
/// </summary>
/// <remarks>
/// The claim is written before the first byte is sent, and the result before it is published, so whatever stops this
/// at any point, the next delivery of the same message either publishes the recorded result again or knows that the
/// request may have been sent. An exception (the ledger or the broker cannot be written to) means: give the message back.
/// </remarks>
public sealed class ReinstallProcessor(
    EventReader reader,
    RequestValidator validator,
    Decider decider,
    ILedgerStore ledger,
    SiteSubmitter submitter,
    IResultPublisher publisher,
    SubmissionOptions options,
    TimeProvider time,
    ILogger<ReinstallProcessor> logger)
{
    /// <summary>Processes an event.</summary>
    /// <param name="incoming">The message.</param>
    /// <param name="cancellationToken">
    /// Stops what was not begun. A submission on its way is ended as <see cref="Outcome.Indeterminate"/>.
    /// </param>
    public async Task<Disposition> ProcessAsync(IncomingEvent incoming, CancellationToken cancellationToken)
    {
        var original = Redelivery.Restore(incoming);
        var reading = reader.Read(original);
        var refusals = new List<Verdict>();
        DateTimeOffset? lookAgain = null;
        for (var index = 0; index < reading.Parts.Count; index++)
        {
            var draft = new ResultDraft(reading, index);
            var (request, verdict) = reading.Parts[index] switch
            {
                EndedPart ended => (null, ended.Verdict),
                MachinePart machine => validator.Validate(machine, draft.RequestId),
                var other => throw new InvalidOperationException($"There is no way for a {other.GetType().Name}."),
            };
            if (request is null)
            {
                if (verdict!.Outcome == Outcome.Rejected) refusals.Add(verdict);
                await PublishAsync(draft.Write(verdict, time.GetUtcNow()), cancellationToken);
            }
            else if (await CarryOutAsync(request, draft.For(request), cancellationToken) is { } again)
            {
                lookAgain = lookAgain is { } earlier && earlier < again ? earlier : again;
            }
        }

        if (lookAgain is { } at) return new Disposition.RetryAt(at, Redelivery.PropertiesOf(original));
        return refusals.Count == reading.Parts.Count
            ? new Disposition.DeadLetter(refusals[0].Reason, refusals[0].Detail)
            : new Disposition.Complete();
    }

    /// <summary>Brings one request to its end, or returns when to look at it again.</summary>
    private async Task<DateTimeOffset?> CarryOutAsync(ReinstallRequest request, ResultDraft draft, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            var state = await ledger.ReadAsync(request.LedgerKey, request.Id, cancellationToken);
            switch (decider.Decide(request, state, now))
            {
                case Decision.Repeat repeat:
                    await PublishAsync(repeat.Result, cancellationToken);
                    return null;

                case Decision.LookAgain again:
                    return again.At;

                case Decision.Defer defer:
                    await PublishAsync(draft.Write(defer.Verdict, now) with { Until = defer.Until }, cancellationToken);
                    return defer.Until;

                case Decision.Conclude conclude:
                    var result = draft.Write(conclude.Verdict, now) with { Repeats = conclude.Repeats, Until = conclude.Until };
                    if (await ledger.TryWriteAsync(state, conclude.Machine, result, cancellationToken) is null) continue;
                    await PublishAsync(result, cancellationToken);
                    return null;

                case Decision.Submit submit:
                    if (await ledger.TryWriteAsync(state, submit.Machine, null, cancellationToken) is not { } claimed) continue;
                    await PublishAsync(await SubmitAsync(request, draft, claimed, cancellationToken), cancellationToken);
                    return null;
            }
        }
    }

    private async Task<ReinstallResult> SubmitAsync(
        ReinstallRequest request, ResultDraft draft, LedgerState claimed, CancellationToken cancellationToken)
    {
        // The worker stops well before its lease ends: nobody may find the claim abandoned while it still sends.
        using var lease = new CancellationTokenSource(options.ClaimLease * 0.9, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, cancellationToken);
        var submission = new Submission(request.Machine, request.Domain, request.Force);
        var (managementPoint, answer) = await submitter.SubmitAsync(request.Site, submission, stop.Token);
        if (answer.Verdict == SubmissionVerdict.NotSent && cancellationToken.IsCancellationRequested)
        {
            // The host stops and nothing was sent: whoever gets the message next starts anew.
            await ReleaseAsync(request, claimed);
            throw new OperationCanceledException(cancellationToken);
        }

        var result = draft.Write(Decider.VerdictOf(answer), time.GetUtcNow()) with
        {
            ManagementPoint = managementPoint.Address.Authority,
            HttpStatus = answer.HttpStatus,
        };
        return await RecordAsync(request, result, answer, claimed);
    }

    private async Task ReleaseAsync(ReinstallRequest request, LedgerState state)
    {
        while (state.Machine?.Claim?.RequestId == request.Id
            && await ledger.TryWriteAsync(state, state.Machine with { Claim = null }, null, CancellationToken.None) is null)
        {
            state = await ledger.ReadAsync(request.LedgerKey, request.Id, CancellationToken.None);
        }
    }

    /// <summary>Records how a submission ended. What is recorded first counts: it may have been given up meanwhile.</summary>
    private async Task<ReinstallResult> RecordAsync(ReinstallRequest request, ReinstallResult result, SubmissionAnswer answer, LedgerState state)
    {
        while (true)
        {
            if (state.Result is { } earlier) return earlier;

            // The answer is known now, and nobody else knows it: writing it down is not cancelled.
            var machine = decider.Finish(state.Machine!, answer, result.Time);
            result = result with { Until = machine.CoolDown is { } coolDown && coolDown.RequestId == request.Id ? coolDown.Until : null };
            if (await ledger.TryWriteAsync(state, machine, result, CancellationToken.None) is not null) return result;
            state = await ledger.ReadAsync(request.LedgerKey, request.Id, CancellationToken.None);
        }
    }

    private async Task PublishAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        await publisher.PublishAsync(ResultMessage.From(result), cancellationToken);
        Log.Decided(logger, result.Outcome, result.Reason, result.Machine, result.Site, result.RequestId);
    }
}
