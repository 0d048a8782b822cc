using Ccr.Core.Agents;

namespace Ccr.Core.Decisions.Rules;

/// <summary>Whether a command may be sent that was perhaps sent before.</summary>
internal static class DispatchRule
{
    /// <summary>
    /// Well within the time in which a command may come to its queue: an agent takes a later message for somebody else's, since the queue may no longer
    /// know the first one.
    /// </summary>
    private static readonly TimeSpan Repeatable = AgentCommand.SentFor - TimeSpan.FromMinutes(1);

    public static bool MayRepeat(AgentCommand command, Moment at) => at.Latest - command.Issued < Repeatable && at.Latest >= command.Issued;
}
