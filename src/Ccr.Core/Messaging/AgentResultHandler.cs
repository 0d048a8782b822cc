using Ccr.Core.Decisions;
using Ccr.Core.Ledger;
using Ccr.Core.ManagementPoints;
using Ccr.Core.Results;
using Microsoft.Extensions.Logging;

namespace Ccr.Core.Messaging;

/// <summary>Brings the results that agents publish home to the ledger. What is recorded first counts.</summary>
public sealed class AgentResultHandler(ILedgerStore ledger, Decider decider, ILogger<AgentResultHandler> logger)
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

            var machine = AfterResult(state.Machine ?? new MachineRecord(key, 0), result);
            if (await ledger.TryWriteAsync(machine, state.Result is null ? result : null, cancellationToken)) return;
        }
    }

    private MachineRecord AfterResult(MachineRecord machine, ReinstallResult result)
    {
        var own = machine.Claim?.RequestId == result.RequestId ? machine : machine with { Claim = new Claim(result.RequestId, result.Time) };
        var verdict = result.Outcome switch
        {
            Outcome.Accepted => SubmissionVerdict.Accepted,
            Outcome.Indeterminate => SubmissionVerdict.Unknown,
            _ => SubmissionVerdict.Refused,
        };
        var reason = new ReasonCode(result.Reason, result.Meaning, result.Remedy);
        var after = decider.Finish(own, new SubmissionAnswer(verdict, reason, result.Detail, result.HttpStatus, TimeSpan.Zero), result.Time);
        return ReferenceEquals(own, machine) ? after : after with { Claim = machine.Claim };
    }

    private static bool MayHaveArrived(ReinstallResult result) => result.Outcome is Outcome.Accepted or Outcome.Indeterminate;
}
