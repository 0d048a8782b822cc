using Ccr.Console.State;

namespace Ccr.Console.Words;

/// <summary>Does the agent live? What was heard last, never more than that.</summary>
/// <param name="Mood">How bad it is.</param>
/// <param name="Bits">The sentence.</param>
public sealed record AgentWords(Mood Mood, IReadOnlyList<Bit> Bits)
{
    /// <summary>The agents of a site; one that must have an agent and was never heard is said to be so.</summary>
    internal static IReadOnlyList<AgentWords> Of(string site, Snapshot now, bool mustHave)
    {
        var agents = now.Agents.Where(agent => agent.Site == site).OrderByDescending(agent => agent.HeardAt).Select(agent => Of(agent, now.At)).ToList();
        return agents.Count > 0 || !mustHave ? agents
            : [now.IsLedgerUnknown ? new AgentWords(Mood.Unknown, ["not known"]) : new AgentWords(Mood.Bad, ["never heard"])];
    }

    private static AgentWords Of(AgentHeard agent, DateTimeOffset now)
    {
        var name = Text.Show(agent.Name);
        if (agent.IsSilentAt(now)) return new AgentWords(Mood.Bad, [$"{name} silent since", agent.HeardAt]);

        var oldest = agent.OldestCommand is { } age ? $", oldest command {Durations.Show(age)}" : "";
        var fault = agent.LastFault is { } code ? $", last fault {Text.Show(code)}" : "";
        return new AgentWords(
            Mood.Good,
            [$"{name} heard {Durations.Show(now - agent.HeardAt)} ago{oldest}, version {Text.Show(agent.Version ?? "unknown")}{fault}"]);
    }
}
