using Ccr.Core.Agents;

namespace Ccr.Core.Decisions.Rules;

/// <summary>Whether a command may be sent that was perhaps sent before.</summary>
internal static class DispatchRule
{
    /// <summary>
    /// Well within the time for which the agents' queues drop a message whose id they know (five minutes): later there would be two messages, and two
    /// agents could take one each.
    /// </summary>
    private static readonly TimeSpan Repeatable = TimeSpan.FromMinutes(3);

    public static bool MayRepeat(AgentCommand command, Moment at) => at.Latest - command.Issued < Repeatable && at.Now >= command.Issued;
}
