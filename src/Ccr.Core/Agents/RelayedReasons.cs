using Ccr.Core.Results;

namespace Ccr.Core.Agents;

/// <summary>The catalogue's 35xx: what the processor makes of an exchange with an agent through the relay.</summary>
public static class RelayedReasons
{
    /// <summary>The answer proves nothing: whoever may listen on the hybrid connection can have sent it.</summary>
    public static readonly ReasonCode NotSigned = new(
        "CCR3501", "The answer through the relay is not signed with a key of the site",
        "Write the same SigningKeys at the processor and at the agent, and see to both computers' clocks; if that is so, find out who else listens.");

    /// <summary>The answer is signed, and belongs to another question.</summary>
    public static readonly ReasonCode OtherAnswer = new(
        "CCR3502", "The answer through the relay belongs to another question", "Find out who listens on the hybrid connection besides the site's agents.");

    /// <summary>The agent had not finished when the time for the exchange was over.</summary>
    public static readonly ReasonCode UnderWay = new(
        "CCR3503", "The agent was still at it when it was last asked",
            "See whether the agent runs: its journal knows what came of it. Otherwise look on the management point whether a CCR was written.");

    /// <summary>Only other agents answered than the one that it was for.</summary>
    public static readonly ReasonCode OtherAgents = new(
        "CCR3504", "The relay chose another agent each time",
        "See whether all agents of the site run. The one that was asked may have the request: look on the management point whether a CCR was written.");

    /// <summary>The agent refused the question; certainly nothing was sent.</summary>
    public static readonly ReasonCode Refused = new(
        "CCR3505", "The agent refuses what came through the relay", "See to the cause named: the agent's configuration, its version or its clock.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [NotSigned, OtherAnswer, UnderWay, OtherAgents, Refused];
}
