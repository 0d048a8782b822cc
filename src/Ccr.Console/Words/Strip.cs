using Ccr.Console.State;
using Ccr.Core;

namespace Ccr.Console.Words;

/// <summary>The strip: is anything held, by whom or what, and when does it go on by itself?</summary>
internal static class Strip
{
    /// <summary>What is held; empty when nothing is.</summary>
    public static IReadOnlyList<StripItem> Of(Snapshot now, CcrOptions settings)
    {
        if (now.Ledger is { AnsweredAt: null, Fault: null }) return [new StripItem(Mood.Unknown, "READING", "the ledger, to know whether anything is held")];
        var items = new List<StripItem>();
        if (now.IsLedgerUnknown)
        {
            items.Add(new StripItem(
                Mood.Unknown, "PAUSE UNKNOWN", "not off: the ledger has not answered since", now.Ledger.Since ?? now.At, $"({now.Ledger.Fault})"));
        }

        else if (now.WhyNoWriting is { } refused)
        {
            items.Add(new StripItem(Mood.Unknown, "MAY NOT WRITE", refused));
        }

        var held = now.Switches.Where(known => known.HoldsAt(now.At)).ToList();
        items.AddRange(held.Where(known => known.IsPause).OrderBy(known => known.Site is not null).Select(known => Pause(known, now)));
        items.AddRange(held.Where(known => known.IsBrake).Select(known => Brake(known, settings)));
        items.AddRange(now.Agents.Where(agent => agent.LeavesAloneAt(now.At)).Select(agent => new StripItem(
            Mood.Notice, "CIRCUIT", $"{agent.Site}: {Text.Show(agent.LeftAlone!)} failed too often and is left alone until", agent.LeftAloneUntil!.Value)));
        var rules = settings.ToRules();
        items.AddRange(settings.Sites.Keys.Select(site => (site, opens: rules.ShutUntil(site, now.At))).Where(each => each.opens is not null)
            .Select(each => new StripItem(Mood.Notice, "WINDOW", $"{each.site} opens", each.opens!.Value)));
        if (now.Broker.Fault is { } fault)
            items.Add(new StripItem(Mood.Unknown, "BROKER", "has not answered since", now.Broker.Since ?? now.At, $"({fault})"));
        return items;
    }

    /// <summary>The page's title: it says the state to who sees only the tab.</summary>
    public static string TitleOf(IReadOnlyList<StripItem> items, string page)
    {
        var held = items.Count(item => item.Mood == Mood.Bad);
        var prefix = held > 0 ? $"(!) {held} held — " : items.Any(item => item.Mood == Mood.Unknown) ? "(?) " : "";
        return $"{prefix}{page} — CCR";
    }

    /// <summary>How many pushes there were since a pause began: of all sites, or of its own.</summary>
    private static int PushesSince(SwitchRecord pause, Snapshot now) => now.Results
        .TakeWhile(row => row.Time > pause.Since)
        .Count(row => row.Outcome is Outcome.Accepted or Outcome.Indeterminate && (pause.Site is null || row.Site == pause.Site));

    private static StripItem Pause(SwitchRecord pause, Snapshot now)
    {
        var bits = new List<Bit> { $"{(pause.Site is { } site ? $"{site} " : "")}by {Text.Show(pause.By ?? "somebody")}", pause.Since };
        if (pause.Reason is { } reason) bits.Add($"({Text.Show(reason)})");
        bits.Add(pause.Until is null ? "until somebody ends it" : "until");
        if (pause.Until is { } until) bits.Add(until);
        bits.Add($"— {PushesSince(pause, now)} submissions since");
        return new StripItem(Mood.Bad, "PAUSED", bits);
    }

    private static StripItem Brake(SwitchRecord brake, CcrOptions settings)
    {
        var limit = settings.Storms;
        return new StripItem(
            Mood.Bad, "BRAKE", $"{brake.Site}: more than {limit.MaxMachines} machines in {Durations.Show(limit.Window)}, held since", brake.Since,
            $"lets go {Durations.Show(limit.QuietTime)} after it is quiet; last new machine", brake.Stirred ?? brake.Since);
    }
}
