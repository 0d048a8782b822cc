using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Machines;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Brings the results that agents publish home to the ledger. What is recorded first counts.</summary>
public sealed class AgentResultHandler(
    ILedgerStore ledger, IResultPublisher publisher, SubmissionOptions submissions, TimeProvider time, ILogger<AgentResultHandler> logger)
{
    /// <summary>By how much the clocks of a well-kept network may differ at the most.</summary>
    private static readonly TimeSpan LargestSkew = TimeSpan.FromHours(1);

    /// <summary>Handles one message of the results topic.</summary>
    public Task HandleAsync(ReadOnlyMemory<byte> body, ISettlement settlement, CancellationToken cancellationToken) =>
        Settling.RunAsync(settlement, logger, time, async () =>
        {
            var result = ResultMessage.Read(body.Span);
            if (result is not { Machine: not null, Domain: not null })
            {
                await settlement.DeadLetterAsync(MessagingReasons.NotAResult.Code, MessagingReasons.NotAResult.Meaning, CancellationToken.None);
                return;
            }

            if (result.Outcome.IsTerminal()) await RecordAsync(result, cancellationToken);
            await settlement.CompleteAsync(CancellationToken.None);
        }, cancellationToken);

    private async Task RecordAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        var key = MachineKey.Of(result.Domain!, result.Machine!);
        while (true)
        {
            var state = await ledger.ReadAsync(key, result.RequestId, cancellationToken);

            if (state.Result is { } earlier)
            {
                if (await RecordLateAsync(state, earlier, result, cancellationToken)) return;
                continue;
            }

            // Whether it is late is decided here: the agent only knows how long it was to be waited for.
            var inTime = result with { Late = false };
            if (await ledger.TryWriteAsync(state, AfterResult(state.Machine ?? new MachineRecord(key), inTime), inTime, cancellationToken) is null) continue;
            if (result.Late) await publisher.PublishAsync(ResultMessage.From(inTime), cancellationToken);
            return;
        }
    }

    /// <summary>A result that comes after the request was given up changes no answer, but it is told, and the machine was pushed all the same.</summary>
    private async Task<bool> RecordLateAsync(LedgerState state, ReinstallResult earlier, ReinstallResult result, CancellationToken cancellationToken)
    {
        if (result with { Late = false } == earlier) return true;

        if (MayHaveArrived(result) && state.Machine?.CoolDown?.RequestId != result.RequestId
            && await ledger.TryWriteAsync(state, AfterResult(state.Machine ?? new MachineRecord(state.MachineKey), result), null, cancellationToken) is null)
        {
            return false;
        }

        if (!result.Late) await publisher.PublishAsync(ResultMessage.From(result with { Late = true }), cancellationToken);
        return true;
    }

    private MachineRecord AfterResult(MachineRecord machine, ReinstallResult result)
    {
        var force = machine.Claim is not { WithoutForce: true };
        if (machine.Claim?.RequestId == result.RequestId) machine = machine with { Claim = null, Waiting = null };

        // An agent's clock that is behind must not shorten the cool-down, nor one that is a year ahead hold the machine for that year: what has arrived
        // here was sent before.
        var now = time.GetUtcNow();
        var at = Moment.Exactly(result.Time > now && result.Time - now < LargestSkew ? result.Time : now);
        return MayHaveArrived(result) ? Pushed.MayHaveBeen(machine, result.RequestId, force, at, submissions) : machine;
    }

    private static bool MayHaveArrived(ReinstallResult result) => result.Outcome is Outcome.Accepted or Outcome.Indeterminate;
}
