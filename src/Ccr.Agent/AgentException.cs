namespace Ccr.Agent;

/// <summary>The agent cannot start, for a reason that its administrator can do something about.</summary>
internal sealed class AgentException(ReasonCode reason, string detail, Exception? cause = null)
    : Exception($"{reason.Code}: {reason.Meaning}: {detail}. {reason.Remedy}", cause);
