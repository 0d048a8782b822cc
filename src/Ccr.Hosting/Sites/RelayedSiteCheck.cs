using Ccr.Core.Agents;
using Ccr.Hosting.Relay;

namespace Ccr.Hosting.Sites;

/// <summary>Whether the agents of a site answer through the relay, found out without asking for anything.</summary>
/// <param name="Agents">The names of those that answered.</param>
/// <param name="Fastest">How long the quickest exchange took.</param>
/// <param name="Fault">What is wrong, with its code and its remedy; null when all is well.</param>
public sealed record RelayedSiteCheck(IReadOnlyList<string> Agents, TimeSpan Fastest, string? Fault)
{
    /// <summary>The relay picks one of the agents each time, so a few exchanges meet most of them.</summary>
    private const int Exchanges = 6;

    /// <summary>Whoever checks is to know within five seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4.5);

    /// <summary>Asks for names, a few times.</summary>
    public static async Task<RelayedSiteCheck> RunAsync(RelayedSite site, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        var agents = new SortedSet<string>(StringComparer.Ordinal);
        var fastest = TimeSpan.MaxValue;
        for (var count = 0; count < Exchanges; count++)
        {
            var exchange = await site.WhoAsync(either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            if (patience.IsCancellationRequested)
                return agents.Count > 0 ? new RelayedSiteCheck([.. agents], fastest, null) : Failed(RelayReasons.NoAnswerInTime, $"none within {Patience:c}");
            if (exchange.Verdict is not { } verdict) return Failed(exchange.Reason!, exchange.Detail);
            if (verdict.Refusal is { } refusal) return Failed(RelayedReasons.Refused, $"{verdict.Agent}: {refusal}");

            agents.Add(verdict.Agent);
            if (exchange.Elapsed < fastest) fastest = exchange.Elapsed;
        }

        return new RelayedSiteCheck([.. agents], fastest, null);
    }

    private static RelayedSiteCheck Failed(ReasonCode reason, string detail) =>
        new([], TimeSpan.Zero, $"{reason.Code}: {reason.Meaning}: {detail}. {reason.Remedy}");
}
