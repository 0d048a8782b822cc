using Ccr.Console.State;
using Ccr.Core;
using Ccr.Core.Sites;

namespace Ccr.Console.Words;

/// <summary>One site in the table of the first page.</summary>
public sealed record SiteRow
{
    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    /// <summary>Its key.</summary>
    public required string Site { get; init; }

    /// <summary>How it is, in a word.</summary>
    public required string Word { get; init; }

    /// <summary>How bad that is.</summary>
    public required Mood Mood { get; init; }

    /// <summary>When a request was accepted last, within a day.</summary>
    public DateTimeOffset? LastAccepted { get; init; }

    /// <summary>How many of the last quarter's pushes failed.</summary>
    public int Failed { get; init; }

    /// <summary>How many pushes the last quarter had.</summary>
    public int Tried { get; init; }

    /// <summary>The code of most failures.</summary>
    public string? TopReason { get; init; }

    /// <summary>What it means.</summary>
    public string? TopMeaning { get; init; }

    /// <summary>Since when its oldest request waits.</summary>
    public DateTimeOffset? WaitingSince { get; init; }

    /// <summary>How many requests were accepted in a day.</summary>
    public int Accepted { get; init; }

    /// <summary>What became of them; null while that is not counted.</summary>
    public ComeBack? ComeBack { get; init; }

    /// <summary>Accepted, and nobody looks whether the client comes back.</summary>
    public int NotAsked => Math.Max(0, Accepted - (ComeBack?.Asked ?? 0));

    /// <summary>Its agents.</summary>
    public required IReadOnlyList<AgentWords> Agents { get; init; }

    /// <summary>All sites that are configured or were seen, worst first.</summary>
    internal static IReadOnlyList<SiteRow> Of(Snapshot now, CcrOptions settings) =>
    [
        .. settings.Sites.Keys
            .Concat(now.Results.Select(row => row.Site).OfType<string>())
            .Concat(now.Agents.Select(agent => agent.Site))
            .Distinct(StringComparer.Ordinal)
            .Select(site => Of(site, now, settings))
            .OrderByDescending(row => Badness(row.Mood)).ThenByDescending(row => row.Failed).ThenBy(row => row.Site, StringComparer.Ordinal),
    ];

    private static SiteRow Of(string site, Snapshot now, CcrOptions settings)
    {
        var rows = now.Results.Where(row => row.Site == site).ToList();
        var quarter = rows.TakeWhile(row => row.Time > now.At - Quarter)
            .Where(row => row.Outcome is Outcome.Accepted or Outcome.Failed or Outcome.Indeterminate).ToList();
        var failed = quarter.Where(row => row.Outcome != Outcome.Accepted).ToList();
        var top = failed.GroupBy(row => row.Reason, StringComparer.Ordinal).MaxBy(group => group.Count())?.First();
        var agents = AgentWords.Of(site, now, settings.Sites.TryGetValue(site, out var known) && known.Transport != SiteTransport.Direct);
        var (word, mood) = Judge(site, now, quarter.Count, failed.Count, agents, settings);
        return new SiteRow
        {
            Site = site,
            Word = word,
            Mood = mood,
            LastAccepted = rows.Find(row => row.Outcome == Outcome.Accepted)?.Time,
            Failed = failed.Count,
            Tried = quarter.Count,
            TopReason = top?.Reason,
            TopMeaning = top?.Meaning,
            WaitingSince = now.Machines?.WaitingSince.TryGetValue(site, out var since) == true ? since : null,
            Accepted = rows.Count(row => row.Outcome == Outcome.Accepted),
            ComeBack = now.Machines is null ? null : now.Machines.ComeBacks.GetValueOrDefault(site) ?? new ComeBack(),
            Agents = agents,
        };
    }

    private static (string Word, Mood Mood) Judge(
        string site, Snapshot now, int tried, int failed, IReadOnlyList<AgentWords> agents, CcrOptions settings)
    {
        if (now.IsLedgerUnknown) return ("unknown", Mood.Unknown);
        var held = now.Switches.Where(known => known.HoldsAt(now.At) && (known.Site is null || known.Site == site)).ToList();
        if (held.Exists(known => known.IsPause)) return ("paused", Mood.Bad);
        if (held.Exists(known => known.IsBrake)) return ("held by its brake", Mood.Bad);
        if (agents.Count > 0 && agents.All(agent => agent.Mood == Mood.Bad)) return ("agent silent", Mood.Bad);
        if (tried > 0 && failed * 2 >= tried) return ("failing", Mood.Bad);
        if (settings.Sites.ContainsKey(site) && settings.ToRules().ShutUntil(site, now.At) is not null) return ("outside its window", Mood.Notice);
        if (failed > 0) return ("some fail", Mood.Notice);
        return tried > 0 ? ("working", Mood.Good) : ("idle", Mood.Good);
    }

    private static int Badness(Mood mood) => mood switch { Mood.Bad => 3, Mood.Unknown => 2, Mood.Notice => 1, _ => 0 };
}
