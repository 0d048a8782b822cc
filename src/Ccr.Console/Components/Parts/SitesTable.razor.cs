using System.Globalization;
using Ccr.Console.Words;
using Microsoft.AspNetCore.Components;

namespace Ccr.Console.Components.Parts;

/// <summary>One row a site, worst first.</summary>
public sealed partial class SitesTable
{
    /// <summary>The sites.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<SiteRow> Rows { get; set; } = [];

    /// <summary>Whether anything is known yet.</summary>
    [Parameter]
    public bool IsKnown { get; set; }

    private static string Says(SiteRow row)
    {
        if (row.ComeBack is not { } counts) return string.Create(CultureInfo.InvariantCulture, $"accepted {row.Accepted} · the rest is being counted");
        var share = counts.Asked > 0 ? string.Create(CultureInfo.InvariantCulture, $" ({counts.Back * 100 / counts.Asked} %)") : "";
        var median = counts.MedianTime is { } time ? $" · usually after {Durations.Show(time)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"accepted {row.Accepted} · back {counts.Back}{share} · in retry {counts.InRetry} · not back {counts.NotBack} · " +
            $"still looked for {counts.Open} · nobody knows {counts.Unknown} · not asked {row.NotAsked}{median}");
    }
}
