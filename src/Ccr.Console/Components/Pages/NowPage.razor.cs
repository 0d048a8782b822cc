using System.Globalization;
using Ccr.Console.Words;
using Ccr.Core;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Pages;

/// <summary>The ten questions at three in the morning, answered without a click.</summary>
public sealed partial class NowPage
{
    [Inject]
    private CcrOptions Settings { get; set; } = default!;

    private double? LimitPerMinute => Settings.Storms.MaxMachines > 0 ? Settings.Storms.MaxMachines / Settings.Storms.Window.TotalMinutes : null;

    private string? LimitSays => LimitPerMinute is { } limit
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"the brake of a site: {Settings.Storms.MaxMachines} in {Durations.Show(Settings.Storms.Window)}, {limit:0.#} a minute")
        : "no brake is set";

    private static string WordOf(Tile tile) => tile.Mood switch
    {
        Mood.Good => "none",
        Mood.Unknown => "not known",
        _ => tile.Since is null ? "look" : "since",
    };

    private static string SaysTop(Inflow inflow)
    {
        if (inflow.TopSource is not { } source) return "";
        var names = inflow.TopNames is { } top ? $"; most names begin with {top.Name} ({top.Count})" : "";
        return $"; most from {source.Name} ({source.Count}){names}";
    }
}
