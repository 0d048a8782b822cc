using Ccr.Core.Configuration;
using Ccr.Core.Decisions;
using Ccr.Core.Decisions.Rules;
using Ccr.Core.Ledger;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Brings the results that agents publish home to the ledger. What is recorded first counts.</summary>
public sealed class AgentResultHandler(
    ILedgerStore ledger, CcrOptions options, TimeProvider time, ILogger<AgentResultHandler> logger)
{
    /// <summary>Handles one message of the results topic.</summary>
    public Task HandleAsync(ReadOnlyMemory<byte> body, ISettlement settlement, CancellationToken cancellationToken) =>
        Settling.RunAsync(settlement, logger, async () =>
        {
            var result = ResultMessage.Read(body.Span);
            if (result is not { Machine: not null, Domain: not null })
            {
                await settlement.DeadLetterAsync(MessagingReasons.NotAResult.Code, MessagingReasons.NotAResult.Meaning, CancellationToken.None);
                return;
            }

            if (result.Outcome.IsTerminal()) await RecordAsync(result, cancellationToken);
            await settlement.CompleteAsync(CancellationToken.None);
        });

    private async Task RecordAsync(ReinstallResult result, CancellationToken cancellationToken)
    {
        var key = $"{result.Domain}\\{result.Machine}";
        while (true)
        {
            var state = await ledger.ReadAsync(key, result.RequestId, cancellationToken);

            // A result that comes after the request was given up changes no answer, but the machine was pushed all the same.
            if (state.Result is not null && (!MayHaveArrived(result) || state.Machine?.CoolDown?.RequestId == result.RequestId)) return;

            var machine = AfterResult(state.Machine ?? new MachineRecord(key), result);
            if (await ledger.TryWriteAsync(state, machine, state.Result is null ? result : null, cancellationToken) is not null) return;
        }
    }

    private MachineRecord AfterResult(MachineRecord machine, ReinstallResult result)
    {
        if (machine.Claim?.RequestId == result.RequestId) machine = machine with { Claim = null, Waiting = null };

        // An agent's clock that is behind must not shorten the cool-down.
        var now = time.GetUtcNow();
        var at = Moment.Exactly(result.Time > now ? result.Time : now);
        return MayHaveArrived(result) ? Pushed.MayHaveBeen(machine, result.RequestId, at, options.Submissions) : machine;
    }

    private static bool MayHaveArrived(ReinstallResult result) => result.Outcome is Outcome.Accepted or Outcome.Indeterminate;
}
