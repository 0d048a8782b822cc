using Ccr.Core.Agents;
using Ccr.Core.Configuration;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Sites;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Processing;

/// <summary>Brings one request to its end, or to where it has to wait: decide, claim, submit, record, publish.</summary>
public sealed class RequestWorker(
    Decider decider,
    Clock clock,
    ILedgerStore ledger,
    SiteSubmitter submitter,
    ICommandSender commands,
    IResultPublisher publisher,
    CcrOptions options,
    TimeProvider time,
    ILogger<RequestWorker> logger)
{
    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromSeconds(1);

    internal async Task<PartEnd> CarryOutAsync(ReinstallRequest request, ResultDraft draft, Delivery delivery, CancellationToken cancellationToken)
    {
        while (true)
        {
            var at = clock.Read(delivery.Incoming);
            var state = await ledger.ReadAsync(request.LedgerKey, request.Id, cancellationToken);
            var decision = decider.Decide(request, state, at);
            LedgerState? claimed = null;
            if (decision is Decision.Admit) (decision, claimed) = await ClaimAsync(request, draft, state, at, cancellationToken);
            switch (decision)
            {
                case Decision.Repeat repeat:
                    // What followed a dispatch was published by whoever recorded it.
                    if (!delivery.IsAnswered && delivery.Said != DecisionReasons.Dispatched.Code) await PublishAsync(repeat.Result, cancellationToken);
                    return PartEnd.Ended(repeat.Result);

                case Decision.LookAgain when delivery.Said != DecisionReasons.Dispatched.Code && state.Machine?.Claim is { Command: { } command } && DispatchRule.MayRepeat(command, at):
                    return await DispatchAsync(draft, command, state.Machine.Claim, cancellationToken);

                case Decision.LookAgain again:
                    return PartEnd.Waits(draft, again.At, delivery.Said);

                case Decision.Defer defer:
                    var deferred = draft.Write(defer.Verdict, at.Now) with { Until = defer.Until };
                    if (delivery.Said != deferred.Reason) await PublishAsync(deferred, cancellationToken);
                    return PartEnd.Waits(draft, at.Ahead(defer.Until), deferred.Reason);

                case Decision.Turn turn:
                    await TurnAsync(request, turn, cancellationToken);
                    break;

                case Decision.Conclude conclude:
                    var result = draft.Write(conclude.Verdict, at.Now) with { Repeats = conclude.Repeats, Until = conclude.Until };
                    if (await ledger.TryWriteAsync(state, conclude.Machine, result, cancellationToken) is null) break;
                    await PublishAsync(result, cancellationToken);
                    return PartEnd.Ended(result);

                case Decision.Admit:
                    if (claimed is null) break;
                    if (claimed.Machine!.Claim is { Command: { } handedOver } claim) return await DispatchAsync(draft, handedOver, claim, cancellationToken);
                    return await SubmitAsync(request, draft, delivery, claimed, cancellationToken);
            }
        }
    }

    internal async Task PublishAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        await publisher.PublishAsync(ResultMessage.From(result), cancellationToken);
        Log.Decided(logger, result.Outcome, result.Reason, result.Machine, result.Site, result.RequestId);
    }

    /// <summary>Claims the machine of an admitted request, if its site takes it now and nobody else was quicker.</summary>
    private async Task<(Decision Decision, LedgerState? Claimed)> ClaimAsync(
        ReinstallRequest request, ResultDraft draft, LedgerState state, Moment at, CancellationToken cancellationToken)
    {
        var decision = decider.DecidePause(request, await ledger.ReadSwitchAsync(SwitchRecord.PauseKey, cancellationToken), at);
        if (decision is not Decision.Admit) return (decision, null);

        var command = request.Site.Transport == SiteTransport.Agent ? AgentCommand.Of(request, draft, at, options.Submissions) : null;
        var claim = decider.Claim(request, state.Machine, at, command);
        if (options.Storms.MaxMachines == 0) return (decision, await ledger.TryWriteAsync(state, claim, null, cancellationToken));

        var brake = await ledger.ReadSwitchAsync(SwitchRecord.BrakeKey(request.Site.Key), cancellationToken);
        var attempt = await ledger.TryClaimAsync(
            state,
            claim,
            decider.SightingOf(request, brake, at),
            sighted => decider.DecideStorm(request, brake, sighted, at) is Decision.Admit,
            cancellationToken);
        return (decider.DecideStorm(request, brake, attempt.Sighted, at), attempt.State);
    }

    /// <summary>Sets a switch, unless somebody else did; only who set it says so.</summary>
    private async Task TurnAsync(ReinstallRequest request, Decision.Turn turn, CancellationToken cancellationToken)
    {
        if (!await ledger.TryWriteSwitchAsync(turn.Basis, turn.Record, cancellationToken) || turn.Announcement is not { } announcement) return;

        Log.SwitchTurned(logger, announcement.Reason.Code, announcement.Detail);
        await PublishAsync(ResultDraft.OfStorm(request.Site, turn.Record, announcement), cancellationToken);
    }

    /// <summary>
    /// Hands a claimed request to the agent of its site. Its message is looked at again when the agent's answer is overdue.
    /// </summary>
    private async Task<PartEnd> DispatchAsync(ResultDraft draft, AgentCommand command, Claim claim, CancellationToken cancellationToken)
    {
        await commands.SendAsync(command, cancellationToken);
        var verdict = new Verdict(Outcome.Dispatched, DecisionReasons.Dispatched, $"the command is on the queue of site {command.Site} until {command.Expires:u}");
        await PublishAsync(draft.Write(verdict, command.Issued) with { Until = command.Expires }, cancellationToken);
        return PartEnd.Waits(draft, claim.LeaseUntil, DecisionReasons.Dispatched.Code);
    }

    private async Task<PartEnd> SubmitAsync(
        ReinstallRequest request, ResultDraft draft, Delivery delivery, LedgerState claimed, CancellationToken cancellationToken)
    {
        // The worker stops well before its lease ends: nobody may find the claim abandoned while it still sends.
        using var lease = new CancellationTokenSource(options.Submissions.ClaimLease * 0.9, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, cancellationToken);
        var submission = new Submission(request.Machine, request.Domain, request.Force);
        var answer = await submitter.SubmitAsync(request.Site, submission, stop.Token);
        if (answer.Answer.Verdict == SubmissionVerdict.NotSent && cancellationToken.IsCancellationRequested)
        {
            // The host stops and nothing was sent: whoever gets the message next starts anew.
            await ReleaseAsync(request, claimed);
            throw new OperationCanceledException(cancellationToken);
        }

        var result = await RecordAsync(request, draft, delivery, answer, claimed, stop.Token);
        await PublishAsync(result, cancellationToken);
        return result.Outcome.IsTerminal() ? PartEnd.Ended(result) : PartEnd.Waits(draft, result.Until!.Value, result.Reason);
    }

    private async Task ReleaseAsync(ReinstallRequest request, LedgerState state)
    {
        while (state.Machine?.Claim?.RequestId == request.Id
            && await ledger.TryWriteAsync(state, state.Machine with { Claim = null }, null, CancellationToken.None) is null)
        {
            state = await ledger.ReadAsync(request.LedgerKey, request.Id, CancellationToken.None);
        }
    }

    /// <summary>
    /// Records how a submission ended. The answer is known now, and nobody else knows it: writing it down is not cancelled,
    /// and is tried for as long as there is <paramref name="patience"/> if the ledger fails just now.
    /// </summary>
    private async Task<ReinstallResult> RecordAsync(
        ReinstallRequest request, ResultDraft draft, Delivery delivery, SiteAnswer answer, LedgerState claimed, CancellationToken patience)
    {
        for (var state = claimed; ; state = null)
        {
            try
            {
                state ??= await ledger.ReadAsync(request.LedgerKey, request.Id, CancellationToken.None);
                if (await TryRecordAsync(request, draft, delivery, answer, state) is { } result) return result;
            }
            catch (LedgerException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(RecordAgainAfter, time, patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What is recorded first counts: the request may have been given up meanwhile.</summary>
    private async Task<ReinstallResult?> TryRecordAsync(
        ReinstallRequest request, ResultDraft draft, Delivery delivery, SiteAnswer answer, LedgerState state)
    {
        if (state.Result is { } earlier) return earlier;

        var at = clock.Read(delivery.Incoming);
        var end = decider.Finish(request, state.Machine, answer.Answer, at);
        var result = draft.Write(end.Verdict, at.Now) with
        {
            ManagementPoint = answer.ManagementPoint.Address.Authority,
            HttpStatus = answer.Answer.HttpStatus,
            Until = end.Until,
        };
        var terminal = result.Outcome.IsTerminal() ? result : null;
        return await ledger.TryWriteAsync(state, end.Machine, terminal, CancellationToken.None) is null ? null : result;
    }
}

/// <summary>How a request came here.</summary>
/// <param name="Incoming">The message that brought it.</param>
/// <param name="Said">The reason that was last published for it while it waited.</param>
/// <param name="IsAnswered">Whether its result, if it has one, was published before.</param>
internal sealed record Delivery(IncomingEvent Incoming, string? Said, bool IsAnswered);

/// <summary>How one part of an event ended, or until when it waits.</summary>
internal sealed record PartEnd(int Part, ReinstallResult? Result, DateTimeOffset? LookAt, string? Said)
{
    public static PartEnd Ended(ReinstallResult result) => new(result.Part - 1, result, null, null);

    public static PartEnd Waits(ResultDraft draft, DateTimeOffset lookAt, string? said) => new(draft.Index, null, lookAt, said);
}
