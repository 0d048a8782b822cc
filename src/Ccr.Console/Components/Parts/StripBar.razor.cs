using Ccr.Console.State;
using Ccr.Console.Words;
using Ccr.Core;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Parts;

/// <summary>The strip on every page: what is held, and how old what is shown is.</summary>
public sealed partial class StripBar
{
    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    [Inject]
    private ConsoleFacts Facts { get; set; } = default!;

    private static string ClassOf(IReadOnlyList<StripItem> items) => items.Count == 0 ? "good"
        : items.Any(item => item.Mood == Mood.Bad) ? "bad"
        : items.Any(item => item.Mood == Mood.Unknown) ? "unknown" : "notice";

    private IEnumerable<(string Name, string Age, Freshness Freshness)> Ages()
    {
        if (Now.HasBroker) yield return Of("broker", Now.Broker);
        yield return Of("ledger", Now.Ledger);
        if (Now.Agents.Count == 0) yield break;
        var heard = Now.Agents.Max(agent => agent.HeardAt);
        yield return Of("agents", new SourceHealth(heard));
    }

    private (string Name, string Age, Freshness Freshness) Of(string name, SourceHealth health) =>
        (name, health.AnsweredAt is { } at ? $"{Durations.Show(Now.At - at)} ago" : health.Fault is null ? "…" : "never", health.At(Now.At));
}
