using System.Globalization;
using Ccr.Console.State;
using Ccr.Hosting.DeadLetters;
using Ccr.Hosting.ServiceBus;

namespace Ccr.Console.Actions;

/// <summary>The one way to send dead letters again. It goes on when the tab that asked is closed; the action says how far it came.</summary>
internal sealed class RedriveGate(DeadLetterDesk desk, ConsoleState state)
{
    /// <summary>More than so many need their number typed.</summary>
    public const int Many = 100;

    /// <summary>Sends just these again: their numbers were fixed when the dialog was opened, and whatever died since is left alone.</summary>
    public async Task<GateAnswer> RedriveAsync(DeadLetterEntity entity, IReadOnlyList<long> numbers, string typed, string reason, Action<int> progress)
    {
        if (string.IsNullOrWhiteSpace(reason)) return GateAnswer.Refused("Say why: a ticket's number, or a few words.");
        if (reason.Length > OperatorGate.LongestReason) return GateAnswer.Refused($"Say it in at most {OperatorGate.LongestReason} characters.");
        if (numbers.Count > Many && typed.Trim() != numbers.Count.ToString(CultureInfo.InvariantCulture))
            return GateAnswer.Refused($"Type the number of letters: {numbers.Count}.");
        if (state.Now.IsLedgerUnknown) return GateAnswer.Refused("The ledger does not answer, so nobody would note this.");
        try
        {
            var taken = await desk.RedriveAsync(entity, numbers.ToHashSet(), reason.Trim(), progress, CancellationToken.None);
            if (taken.Left.Count == 0) return GateAnswer.Done($"{taken.Count} were sent again.");
            var why = taken.IsBlocked ? "too many others stand before them" : "they are gone, or somebody else has them";
            return GateAnswer.Conflict($"{taken.Count} were sent again, {taken.Left.Count} were not: {why}.");
        }
        catch (Exception fault) when (fault is MessagingException or LedgerException)
        {
            return GateAnswer.Refused(fault.Message);
        }
        finally
        {
            state.Refresh();
        }
    }
}
