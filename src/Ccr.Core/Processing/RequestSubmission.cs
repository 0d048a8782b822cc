using Ccr.Core.Decisions;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Ccr.Core.Sites;

namespace Ccr.Core.Processing;

/// <summary>Submits a claimed request, and records what is known then.</summary>
internal sealed class RequestSubmission(
    Decider decider, Clock clock, ILedgerStore ledger, SiteSubmitter submitter, SubmissionOptions options, TimeProvider time)
{
    private static readonly TimeSpan RecordAgainAfter = TimeSpan.FromSeconds(1);

    /// <summary>Well before a lease ends its worker stops: nobody may find the claim abandoned while it still sends.</summary>
    private TimeSpan Patience => options.ClaimLease * 0.9;

    /// <summary>Waits for a place at a gate of the site, for no longer than a submission may take.</summary>
    public Task<SitePass> EnterAsync(Site site, CancellationToken cancellationToken) => submitter.EnterAsync(site, Patience, cancellationToken);

    /// <summary>Submits a request that has claimed its machine.</summary>
    /// <exception cref="OperationCanceledException">The host stops and nothing was sent; the claim is taken back.</exception>
    public async Task<ReinstallResult> SubmitAsync(RequestInHand hand, LedgerState claimed, CancellationToken cancellationToken)
    {
        using var lease = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lease.Token, cancellationToken);
        var answer = await submitter.SubmitAsync(hand.Pass!, SubmissionOf(hand), stop.Token);
        if (answer.Answer.Verdict == SubmissionVerdict.NotSent && cancellationToken.IsCancellationRequested)
        {
            // Whoever gets the message next begins again.
            await ReleaseAsync(hand.Request, claimed);
            throw new OperationCanceledException(cancellationToken);
        }

        // The agent may know what became of it. The claim stays, and is asked about when it is looked at again.
        if (answer.Answer.Verdict == SubmissionVerdict.Unknown && hand.Request.Site.Transport == SiteTransport.Relay)
            cancellationToken.ThrowIfCancellationRequested();
        return await RecordAsync(hand, answer, claimed, stop.Token);
    }

    /// <summary>
    /// Asks what became of a request whose worker was stopped, and records that. Null when nobody knows, or somebody else changed the claim meanwhile.
    /// </summary>
    public async Task<ReinstallResult?> AskAsync(RequestInHand hand, LedgerState state, CancellationToken cancellationToken)
    {
        if (state.Machine?.Claim?.RequestId != hand.Request.Id) return null;

        var answer = await submitter.AskAsync(hand.Request.Site, SubmissionOf(hand), cancellationToken);
        return answer is null ? null : await TryRecordAsync(hand, hand.Request.Site.ManagementPoints[0], answer, state);
    }

    /// <summary>
    /// Takes back the claim of a request whose command the agent's queue refused, so that it is tried again later. Null when somebody else changed the
    /// claim meanwhile.
    /// </summary>
    public Task<ReinstallResult?> RecordRefusalAsync(RequestInHand hand, BrokerException fault, LedgerState claimed) => TryRecordAsync(
        hand, null, new SubmissionAnswer(SubmissionVerdict.NotSent, fault.Reason, fault.Cause, null, TimeSpan.Zero), claimed);

    /// <summary>What a dry run would have sent: the rules know the request, and a site of today also the device that is meant.</summary>
    public async Task<Verdict> DescribeAsync(RequestInHand hand, Verdict verdict, CancellationToken cancellationToken)
    {
        var submission = new Submission(hand.Request.Machine, hand.Request.Domain, hand.Request.Force);
        return await submitter.DescribeAsync(hand.Request.Site, submission, cancellationToken) is { } more
            ? verdict with { Detail = $"{verdict.Detail}, {more}" }
            : verdict;
    }

    /// <summary>What is to be sent. An agent keeps the command as long as a lease: by its end the worker knows the answer, or asks for it again.</summary>
    private Submission SubmissionOf(RequestInHand hand) => new(hand.Request.Machine, hand.Request.Domain, hand.Request.Force)
    {
        Command = hand.Request.Site.Transport == SiteTransport.Relay
            ? hand.Draft.Command(hand.Request, hand.Read(clock), options.ClaimLease, TimeSpan.Zero) : null,
    };

    private async Task ReleaseAsync(ReinstallRequest request, LedgerState state)
    {
        while (state.Machine?.Claim?.RequestId == request.Id
            && await ledger.TryWriteAsync(state, state.Machine with { Claim = null }, null, CancellationToken.None) is null)
        {
            state = await ledger.ReadAsync(request.LedgerKey, request.Id, CancellationToken.None);
        }
    }

    /// <summary>
    /// Records how a submission ended. The answer is known now, and nobody else knows it: writing it down is not cancelled, and is tried for as long as
    /// there is <paramref name="patience"/> if the ledger fails just now.
    /// </summary>
    private async Task<ReinstallResult> RecordAsync(RequestInHand hand, SiteAnswer answer, LedgerState claimed, CancellationToken patience)
    {
        for (var state = claimed; ; state = null)
        {
            try
            {
                state ??= await ledger.ReadAsync(hand.Request.LedgerKey, hand.Request.Id, CancellationToken.None);
                if (await TryRecordAsync(hand, answer.ManagementPoint, answer.Answer, state) is { } result) return result;
            }
            catch (LedgerException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(RecordAgainAfter, time, patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What is recorded first counts: the request may have been given up meanwhile.</summary>
    private async Task<ReinstallResult?> TryRecordAsync(RequestInHand hand, ManagementPoint? managementPoint, SubmissionAnswer answer, LedgerState state)
    {
        if (state.Result is { } earlier) return earlier;

        var at = hand.Read(clock);
        var end = decider.Finish(hand.Request, state.Machine, answer, at);
        var result = hand.Draft.Write(end.Verdict, at.Now) with
        {
            ManagementPoint = answer.Agents is { } agents ? agents.ManagementPoint : managementPoint?.Address.Authority,
            Agent = answer.Agents?.Agent,
            HttpStatus = answer.HttpStatus,
            Until = end.Until,
        };
        var terminal = result.Outcome.IsTerminal() ? result : null;
        return await ledger.TryWriteAsync(state, end.Machine, terminal, CancellationToken.None) is null ? null : result;
    }
}
