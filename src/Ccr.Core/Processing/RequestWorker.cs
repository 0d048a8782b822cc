using Ccr.Core.Agents;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Events;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;
using Ccr.Core.Telemetry;
using Ccr.Core.Views;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Processing;

/// <summary>Brings one request to its end, or to where it has to wait.</summary>
/// <remarks>
/// One step is this, and it is done again whenever somebody else was quicker or time has passed: 1. Read the clock, and what the ledger knows of the
/// machine and the request. 2. Decide by the rules. What they do not admit ends or waits here; where an agent may know what became of a request whose
/// worker was stopped, it is asked first. 3. Wait for a place at the gate of a management point, and look at the machine, if it is to be seen later what
/// the push changed. Nothing is claimed yet; if it took time, all is read and decided again. 4. Ask the pause and the storm brake, and claim the machine.
/// 5. Hand the request to the agent of the site, or submit it and record the answer (<see cref="RequestSubmission"/>). 6. Publish, and schedule the first
/// look at the machine.
/// </remarks>
public sealed class RequestWorker(
    Decider decider,
    Clock clock,
    ILedgerStore ledger,
    SiteSubmitter submitter,
    ICommandSender commands,
    IResultPublisher publisher,
    VerificationWorker verifications,
    RuleOptions options,
    TimeProvider time,
    ILogger<RequestWorker> logger)
{
    private readonly RequestSubmission _submission = new(decider, clock, ledger, submitter, options.Submissions, time);

    internal async Task<PartEnd> CarryOutAsync(RequestInHand hand, CancellationToken cancellationToken)
    {
        hand.ClaimsUnread = ledger.MayBeNew(hand.Request.LedgerKey);
        if (Redelivery.MayBeBegun(hand.Message))
        {
            var draft = await FormerRequest.AdoptAsync(hand.Draft, ledger, cancellationToken);
            hand = hand with { Draft = draft, Request = draft.Request!, ClaimsUnread = false };
        }

        try
        {
            while (true)
            {
                if (await StepAsync(hand, cancellationToken) is { } end) return end;
            }
        }
        finally
        {
            hand.GivePassBack();
        }
    }

    internal async Task PublishAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        await publisher.PublishAsync(ResultMessage.From(result), cancellationToken);
        Log.Decided(logger, result.Outcome, result.Reason, result.Machine, result.Site, result.RequestId);
    }

    /// <summary>One step; null when it is to be done again.</summary>
    private async Task<PartEnd?> StepAsync(RequestInHand hand, CancellationToken cancellationToken)
    {
        var request = hand.Request;

        // 1
        var at = hand.Read(clock);
        var state = hand.ClaimsUnread ? LedgerState.Unread(request.LedgerKey)
            : await ledger.ReadAsync(request.LedgerKey, request.Id, cancellationToken);

        // 2
        var decision = decider.Decide(request, state, at);
        if (state.IsUnread && decision is not Decision.Admit) return ReadFirst(hand);
        if (decision is Decision.Conclude { Verdict.Outcome: Outcome.Indeterminate } && request.Site.Transport == SiteTransport.Relay
            && await _submission.AskAsync(hand, state, cancellationToken) is { } known)
        {
            return await EndAsync(hand, known, cancellationToken);
        }
        if (decision is not Decision.Admit) return await FollowAsync(hand, decision, state, at, cancellationToken);

        // 3
        if (request.Site.Transport != SiteTransport.Agent && hand.Pass is null)
        {
            hand.Pass = await _submission.EnterAsync(request.Site, cancellationToken);
            if (hand.Pass.HasWaited) return null;
        }

        if (request.Site is { Verification: not null, Transport: SiteTransport.Direct } && !hand.IsLookedAt)
        {
            hand.Before = await verifications.LookBeforeAsync(
                request.Site, new LookedFor(request.Machine.Value, request.Domain.Value), cancellationToken);
            hand.IsLookedAt = true;
            return null;
        }

        // 4
        (decision, var claimed) = await ClaimAsync(hand, state, at, cancellationToken);
        if (state.IsUnread && claimed is null) return ReadFirst(hand);
        if (decision is not Decision.Admit) return await FollowAsync(hand, decision, state, at, cancellationToken);
        if (claimed is null) return null;

        // 5
        if (claimed.Machine!.Claim is { Command: { } command } claim) return await DispatchAsync(hand, command, claim, claimed, cancellationToken);
        var result = await _submission.SubmitAsync(hand, claimed, cancellationToken);

        // 6
        return await EndAsync(hand, result, cancellationToken);
    }

    /// <summary>The step is done again, with what the ledger knows: it counts before anything that would hold the request.</summary>
    private static PartEnd? ReadFirst(RequestInHand hand)
    {
        hand.ClaimsUnread = false;
        return null;
    }

    private async Task<PartEnd> EndAsync(RequestInHand hand, ReinstallResult result, CancellationToken cancellationToken)
    {
        await PublishAsync(result, cancellationToken);
        await verifications.BeginAsync(result, cancellationToken);
        return result.Outcome.IsTerminal() ? PartEnd.Ended(result) : PartEnd.Waits(hand, result.Until!.Value, result.Reason);
    }

    /// <summary>Does what was decided instead of a submission; null when the step is to be done again.</summary>
    private async Task<PartEnd?> FollowAsync(RequestInHand hand, Decision decision, LedgerState state, Moment at, CancellationToken cancellationToken)
    {
        // Others may need the place meanwhile.
        hand.GivePassBack();
        switch (decision)
        {
            case Decision.Repeat repeat:
                // What followed a dispatch was published by whoever recorded it.
                if (!hand.IsAnswered && !hand.WasDispatched) await PublishAsync(repeat.Result, cancellationToken);
                await verifications.BeginAsync(repeat.Result, cancellationToken);
                return PartEnd.Ended(repeat.Result);

            case Decision.LookAgain again:
                return !hand.WasDispatched && state.Machine?.Claim is { Command: { } command } claim && DispatchRule.MayRepeat(command, at)
                    ? await RepeatAsync(hand, command, claim, state, cancellationToken)
                    : PartEnd.Waits(hand, again.At, hand.Said);

            case Decision.Defer defer:
                var deferred = hand.Draft.Write(defer.Verdict, at.Now) with { Until = defer.Until };
                if (hand.Said != deferred.Reason) await PublishAsync(deferred, cancellationToken);
                return PartEnd.Waits(hand, at.Ahead(defer.Until), deferred.Reason);

            case Decision.Conclude conclude:
                var verdict = conclude.Verdict.Outcome == Outcome.DryRun
                    ? await _submission.DescribeAsync(hand, conclude.Verdict, cancellationToken)
                    : conclude.Verdict;
                var result = hand.Draft.Write(verdict, at.Now) with { Repeats = conclude.Repeats, Until = conclude.Until };
                if (await ledger.TryWriteAsync(state, conclude.Machine, result, cancellationToken) is null) return null;
                return await EndAsync(hand, result, cancellationToken);

            case Decision.Turn turn:
                await TurnAsync(hand.Request, turn, cancellationToken);
                return null;

            default:
                throw new InvalidOperationException($"There is no way for a {decision.GetType().Name}.");
        }
    }

    /// <summary>Claims the machine of an admitted request, if its site takes it now and nobody else was quicker.</summary>
    private async Task<(Decision Decision, LedgerState? Claimed)> ClaimAsync(RequestInHand hand, LedgerState state, Moment at,
        CancellationToken cancellationToken)
    {
        var request = hand.Request;
        string[] pauses = [SwitchRecord.PauseKey, SwitchRecord.PauseKeyOf(request.Site.Key)];
        var keys = options.Storms.MaxMachines == 0 ? pauses : [.. pauses, SwitchRecord.BrakeKey(request.Site.Key)];
        var switches = await Task.WhenAll(keys.Select(key => ledger.GlanceAtSwitchAsync(key, cancellationToken).AsTask()));
        var decision = decider.DecidePause(request, switches[..pauses.Length], at);
        if (decision is not Decision.Admit) return (decision, null);

        var command = request.Site.Transport == SiteTransport.Agent
            ? hand.Draft.Command(request, at, options.Submissions.DispatchFor, options.Submissions.AwaitAgentFor) : null;
        var claim = decider.Claim(request, state.Machine, at, command, hand.Before);
        if (options.Storms.MaxMachines == 0) return (decision, await ledger.TryWriteAsync(state, claim, null, cancellationToken));

        // While the brake holds, hardly a claim would stand.
        var brake = switches[^1];
        if (state.IsUnread && brake.Record is { On: true }) return (decision, null);
        var attempt = await ledger.TryClaimAsync(
            state, claim, decider.SightingOf(request, brake, at), sighted => decider.DecideStorm(request, brake, sighted, at) is Decision.Admit,
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

    /// <summary>Sends a command that another worker, or this one before it was stopped, may have sent already.</summary>
    private async Task<PartEnd?> RepeatAsync(
        RequestInHand hand, AgentCommand command, Claim claim, LedgerState state, CancellationToken cancellationToken)
    {
        // Noted first: whoever claimed the machine must not take the claim back when its own attempt is refused.
        var repeated = state.Machine! with { Claim = claim with { IsRepeated = true } };
        return claim.IsRepeated || await ledger.TryWriteAsync(state, repeated, null, cancellationToken) is not null
            ? await DispatchAsync(hand, command, claim, claimed: null, cancellationToken)
            : null;
    }

    /// <summary>Hands a claimed request to the agent of its site. Its message is looked at again when the agent's answer is overdue.</summary>
    /// <param name="hand">The request.</param>
    /// <param name="command">Its command.</param>
    /// <param name="claim">Its claim.</param>
    /// <param name="claimed">The ledger as it is since the claim, if certainly nobody has sent the command before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task<PartEnd?> DispatchAsync(
        RequestInHand hand, AgentCommand command, Claim claim, LedgerState? claimed, CancellationToken cancellationToken)
    {
        try
        {
            await commands.SendAsync(command, cancellationToken);
        }
        catch (BrokerException fault) when (fault.IsCertainlyNotSent && claimed is not null)
        {
            return await _submission.RecordRefusalAsync(hand, fault, claimed) is { } refused ? await EndAsync(hand, refused, cancellationToken) : null;
        }

        var verdict = new Verdict(Outcome.Dispatched, DecisionReasons.Dispatched,
            $"the command is on the queue of site {command.Site} until {command.Expires:u}");
        await PublishAsync(hand.Draft.Write(verdict, time.GetUtcNow()) with { Until = command.Expires }, cancellationToken);
        return PartEnd.Waits(hand, claim.LeaseUntil, DecisionReasons.Dispatched.Code);
    }
}
